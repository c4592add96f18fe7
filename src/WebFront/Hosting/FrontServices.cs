using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Rehearsals;
using Chat.Grains.Cluster;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Access;
using Chat.WebFront.Api;
using Chat.WebFront.Auth;
using Chat.WebFront.Connections;
using Chat.WebFront.Demo;
using Chat.WebFront.Hub;
using Chat.WebFront.Options;
using Chat.WebFront.Presence;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Hosting;

/// <summary>What a front end is made of.</summary>
internal static class FrontServices
{
    public static void AddFront(this IServiceCollection services)
    {
        services.AddOptions<FrontOptions>().BindConfiguration(FrontOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FrontOptions>, FrontOptionsValidator>();
        services.AddChatStorage();
        AddConnections(services);
        AddHub(services);
        AddAuth(services);
        AddWeb(services);

        services.AddDeadlineWaker();
        services.AddSingleton<DemoMode>();
        services.AddSingleton<DemoData>();
        services.AddSingleton<ICatalog, DemoCatalog>();
        services.AddSingleton<DemoOrders>();
        services.AddOptions<Policy>().PostConfigure<IServiceProvider>(DemoPolicy.Apply);
        services.AddSingleton<DemoClock>();
        services.AddSingleton(provider => new PolicyClock(
            provider.GetRequiredService<DemoClock>(), provider.GetRequiredService<IOptions<RehearsalOptions>>().Value));
        services.AddSingleton<DemoReviews>();
        services.AddSingleton<DemoSeeder>();
        services.AddHostedService(provider => provider.GetRequiredService<DemoSeeder>());
    }

    private static void AddConnections(IServiceCollection services)
    {
        services.AddSingleton<FrontFigures>();
        services.AddSingleton<IFrontLoad>(provider => provider.GetRequiredService<FrontFigures>());
        services.AddSingleton<FrontMetrics>();
        services.AddSingleton<FrontIdentity>();
        services.AddSingleton<FrontEnd>();
        services.AddSingleton<ILocalFront>(provider => provider.GetRequiredService<FrontEnd>());
        services.AddSingleton<ConnectionDirectory>();
        services.AddSingleton<PersonBudgets>();
        services.AddSingleton<AddressBudgets>();
        services.AddSingleton<FrontLeases>();
        services.AddSingleton<StoreRights>();
        services.AddSingleton<StoreNames>();
        services.AddSingleton<Memberships>();
        services.AddSingleton<PresenceReporter>();
        services.AddSingleton<PresenceWatches>();
        services.AddSingleton<ExpiryWheel>();
        services.AddHostedService<FrontClock>();
        services.AddSingleton<FrontDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<FrontDrain>());
    }

    private static void AddHub(IServiceCollection services)
    {
        services.AddSingleton<HubServices>();
        services.AddSingleton<CallGuard>();
        // SignalR switches WebSocket pings off, for it has its own; but of those it misses the silence of a client that has not
        // sent one yet. On Linux each connection finds that by itself; .NET takes a timer for each that rings every 2 s.
        if (!OperatingSystem.IsLinux())
        {
            services.PostConfigure<WebSocketOptions>(options =>
            {
                options.KeepAliveInterval = Limits.LinkSilentAfter;
                options.KeepAliveTimeout = Limits.LinkAnswerWithin;
            });
        }

        services.AddSignalR()
            .AddHubOptions<ChatHub>(options =>
            {
                options.MaximumReceiveMessageSize = Limits.FrameBytesMax;
                options.MaximumParallelInvocationsPerClient = Limits.CallsInFlightMax;
                options.KeepAliveInterval = Limits.LinkPingEvery;
                options.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
                options.DisableImplicitFromServicesParameters = true;
                options.AddFilter<CallGuard>();
            })
            .AddJsonProtocol(options => WireJson.Configure(options.PayloadSerializerOptions));
        services.AddSingleton<HubLifetimeManager<ChatHub>, ChatLifetimeManager>();

        // Ours in place of SignalR's own, around it.
        var json = services.Single(service => service.ServiceType == typeof(IHubProtocol) && service.ImplementationType == typeof(JsonHubProtocol));
        services.Remove(json);
        services.AddSingleton<IHubProtocol>(provider => new HubWireProtocol(ActivatorUtilities.CreateInstance<JsonHubProtocol>(provider)));
    }

    private static void AddAuth(IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenReader>();
        services.AddSingleton<BearerSignIn>();
        services.AddSingleton<RequestGate>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<StaffRoles>();
        services.AddSingleton<StaffAccounts>();
        services.AddHostedService(provider => provider.GetRequiredService<StaffAccounts>());
        services.AddSingleton<Microsoft.AspNetCore.Authorization.IAuthorizationHandler, StaffAuthorization>();

        // The core alone: AddAuthentication would also make keys for cookies, which nobody here sets.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options => options.DefaultScheme = TokenAuthentication.SchemeName);
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        services.AddAuthorization();
        services.AddRateLimiter(RequestRates.Add);
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<IOptions<FrontOptions>>(
            (cors, front) => cors.AddDefaultPolicy(policy => policy
                .WithOrigins([.. front.Value.Origins.Select(origin => origin.TrimEnd('/'))])
                .WithHeaders("authorization", "content-type")
                .WithMethods("GET", "POST", "DELETE")));
    }

    private static void AddWeb(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        services.AddOpenApi();
        services.AddSingleton<ReadinessReport>();
        services.AddHealthChecks().AddCheck<ReadinessCheck>("ready");

        // Only what is the same for everybody: a compressed answer that holds a secret beside chosen text tells of it by its length.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/manifest+json"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = System.IO.Compression.CompressionLevel.Optimal);
    }
}
