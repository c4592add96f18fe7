using Chat.Silo.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Chat.Silo;

/// <summary>
/// The Orleans Dashboard, where it is switched on: on private ports alone, since it has no sign-in of its own and shows the
/// names of grains, which are those of people and conversations.
/// </summary>
public static class DashboardSetup
{
    private const string Path = "/dashboard";

    /// <summary>Has a silo gather what the dashboard shows.</summary>
    internal static void UseDashboard(this ISiloBuilder silo, IConfiguration configuration)
    {
        if (IsOn(configuration))
        {
            silo.AddDashboard();
        }
    }

    /// <summary>Shows it below <c>/dashboard</c>. Only for routes that the public cannot reach.</summary>
    internal static void MapDashboard(this IEndpointRouteBuilder routes, IConfiguration configuration)
    {
        if (IsOn(configuration))
        {
            routes.MapOrleansDashboard(Path);
        }
    }

    /// <summary>
    /// The same on a private web server that stands beside the one of a silo, in the same process: what the dashboard asks for is
    /// the silo's. A front without grains shows nothing.
    /// </summary>
    internal static void MapDashboard(this WebApplication server, IServiceProvider process)
    {
        if (IsOn(process.GetRequiredService<IConfiguration>()) && process.GetService<ILocalSiloDetails>() is not null)
        {
            server.Use((context, next) =>
            {
                if (context.Request.Path.StartsWithSegments(Path))
                {
                    context.RequestServices = process;
                }

                return next(context);
            });
            new Routes(server, process).MapOrleansDashboard(Path);
        }
    }

    private static bool IsOn(IConfiguration configuration) =>
        configuration.GetSection(TelemetryOptions.Section).GetValue<bool>(nameof(TelemetryOptions.Dashboard));

    /// <summary>One server's routes over another's services.</summary>
    private sealed class Routes(IEndpointRouteBuilder server, IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources => server.DataSources;

        public IApplicationBuilder CreateApplicationBuilder() => server.CreateApplicationBuilder();
    }
}
