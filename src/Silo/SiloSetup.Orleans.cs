using System.Net;
using System.Net.Sockets;
using Chat.Grains.Storage;
using Chat.Silo.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Chat.Silo;

/// <summary>How a silo finds its cluster.</summary>
public enum SiloClustering
{
    /// <summary>It is the only one; it listens on loopback only, on ports that happen to be free.</summary>
    SingleProcess,

    /// <summary>Through the membership table in the PostgreSQL database of <see cref="ChatDatabaseOptions"/>.</summary>
    Database,
}

/// <summary>
/// Orleans' set-up, the same in silos, nodes and fronts. The process itself adds <c>AddChatGrains</c> and
/// <c>AddChatStorage</c>, and awaits <see cref="ChatDatabase.Prepare"/> before it starts the host: Orleans reads its query
/// texts from the database when it starts.
/// </summary>
public static class SiloSetup
{
    /// <summary>
    /// A call without an answer fails after this. What was under way through a silo that died is answered by nobody: its
    /// sender waits so long, then repeats the message under its id. A stored message takes milliseconds.
    /// </summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);

    /// <summary>
    /// What silos ask each other, above all where a grain is, fails after this. A question that died with its silo held a new
    /// activation, and with it its conversation, for the 30 s that are Orleans' default.
    /// </summary>
    private static readonly TimeSpan SilosAnswerWithin = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Of how many grains a silo remembers where they are. It finds its own in the same way; of a grain that is not remembered a
    /// call waits for an answer from whichever silo keeps the entry. As many as a front may have connections, a conversation for each
    /// and half as many others. Orleans' default of a million allocates tables for all of them at once, twice 9 MB of which a few thousand
    /// people touch every page.
    /// </summary>
    private const int PlacesRemembered = 250_000;

    /// <summary>Configures a silo. A bad <see cref="ChatSiloOptions"/>, a taken port or SQLite under <see cref="SiloClustering.Database"/> stops the start with a message.</summary>
    public static ISiloBuilder UseChatSilo(this ISiloBuilder silo, IConfiguration configuration, SiloClustering clustering)
    {
        AddOptions(silo.Services, configuration);
        silo.Services.AddSingleton<PortClaim>();
        silo.Services.AddSingleton<IConfigurationValidator>(services => services.GetRequiredService<PortClaim>());
        if (clustering == SiloClustering.SingleProcess)
        {
            UseSingleProcess(silo, configuration);
        }
        else
        {
            UseDatabase(silo);
        }

        UseChatState(silo);
        silo.UseDashboard(configuration);
        if (TelemetryExport.Traces(configuration))
        {
            silo.AddActivityPropagation();
        }

        silo.UseAdoNetReminderService(options => options.Configure<ChatDatabase>((reminders, database) =>
        {
            reminders.Invariant = database.Invariant;
            reminders.ConnectionString = database.ConnectionString;
        }));
        return silo;
    }

    /// <summary>The part of <see cref="UseChatSilo"/> that does not depend on how silos find and reach each other.</summary>
    internal static ISiloBuilder UseChatState(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(StateStorage.Name).Configure<ChatDatabase>((storage, database) =>
        {
            storage.Invariant = database.Invariant;
            storage.ConnectionString = database.ConnectionString;
            storage.GrainStorageSerializer = new StateSerializer();
        });
        silo.Services.AddGrainStorage(StateStorage.Name, static (services, name) => new GroupedGrainStorage(
            AdoNetGrainStorageFactory.Create(services, name),
            services.GetRequiredService<ChatDatabase>().OpenStates(services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId)));
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = AnswerWithin;
            messaging.SystemResponseTimeout = SilosAnswerWithin;
            // What is queued for a front that is gone is worthless after a few seconds: it resumes from the log.
            messaging.ClientDropTimeout = TimeSpan.FromSeconds(15);
        });
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = PlacesRemembered);
        ShareExceptions(silo.Services);
        InterfaceNames.AddTo(silo.Services);
        // Front ends renew their registrations at least every minute, so nobody with an open connection is collected; a
        // conversation costs two short reads when it is opened again.
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(5);
            // Nobody waits longer for it; the next call makes another.
            collection.ActivationTimeout = AnswerWithin;
        });
        return silo;
    }

    /// <summary>Configures a front end that hosts no grains. It waits for a silo as long as it takes.</summary>
    public static IClientBuilder UseChatClient(this IClientBuilder client, IConfiguration configuration)
    {
        AddOptions(client.Services, configuration);
        client.UseAdoNetClustering(options => options.Configure<ChatDatabase>((membership, database) =>
        {
            membership.Invariant = RequirePostgres(database);
            membership.ConnectionString = database.ConnectionString;
        }));
        ShareExceptions(client.Services);
        InterfaceNames.AddTo(client.Services);
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = AnswerWithin);
        if (TelemetryExport.Traces(configuration))
        {
            client.AddActivityPropagation();
        }

        client.UseConnectionRetryFilter(async (_, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            return true;
        });
        return client;
    }

    private static void AddOptions(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChatSiloOptions>().Bind(configuration.GetSection(ChatSiloOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatSiloOptions>, ChatSiloOptionsValidator>());
        services.AddOptions<ClusterOptions>().Configure<IOptions<ChatSiloOptions>>((cluster, options) =>
        {
            cluster.ClusterId = options.Value.ClusterId;
            cluster.ServiceId = options.Value.ServiceId;
        });
    }

    /// <summary>
    /// Exceptions cross processes as what they are, with their causes. Orleans sends only those of the framework; ours and the
    /// database driver's would arrive as a fault of the serializer, and a front could not tell an absent database from a bug.
    /// </summary>
    private static void ShareExceptions(IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options =>
            options.SupportedExceptionTypeFilter = type => typeof(Exception).IsAssignableFrom(type));

    private static void UseSingleProcess(ISiloBuilder silo, IConfiguration configuration)
    {
        var options = configuration.GetSection(ChatSiloOptions.Section).Get<ChatSiloOptions>() ?? new ChatSiloOptions();
        var (siloPort, gatewayPort) = FreePorts();
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: options.ServiceId, clusterId: options.ClusterId);
    }

    private static void UseDatabase(ISiloBuilder silo)
    {
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<ChatSiloOptions>>((endpoints, options) =>
        {
            endpoints.SiloPort = options.Value.SiloPort;
            endpoints.GatewayPort = options.Value.GatewayPort;
            if (options.Value.AdvertisedIP is { } address)
            {
                endpoints.AdvertisedIPAddress = IPAddress.Parse(address);
            }
        });
        silo.UseAdoNetClustering(options => options.Configure<ChatDatabase>((membership, database) =>
        {
            membership.Invariant = RequirePostgres(database);
            membership.ConnectionString = database.ConnectionString;
        }));
        silo.Configure<ClusterMembershipOptions>(SetMembership);
        silo.Services.AddHostedService<CutWatch>();
    }

    /// <summary>How the death of a silo is noticed.</summary>
    internal static void SetMembership(ClusterMembershipOptions membership)
    {
        // Orleans waits for a probe as long as the answers before let expect, from 1 s (half of this) on. Of a process that
        // is gone three probes fail at once, one each period: about 3 s where silos answer quickly.
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 3;
        // Under load periods grow up to this (Orleans: 8 s). Three of them are also for how long a silo whose connection
        // brought anything at all is not voted about: 9 s. A silo that is only slow is never silent for so long.
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        // A silo that was declared dead where nobody could tell it reads so.
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // After all silos died at once, nobody is left to vote: new ones ignore rows not renewed for 15 s.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.NumMissedTableIAmAliveLimit = 3;
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }

    private static string RequirePostgres(ChatDatabase database) => database.Invariant == "Npgsql"
        ? database.Invariant
        : throw new OptionsValidationException(
            ChatDatabaseOptions.Section,
            typeof(ChatDatabaseOptions),
            [$"{ChatDatabaseOptions.Section}:Provider is not Postgres: a cluster needs PostgreSQL; SQLite serves one process."]);

    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
