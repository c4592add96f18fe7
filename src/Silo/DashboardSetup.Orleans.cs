using Chat.Silo.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

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

    private static bool IsOn(IConfiguration configuration) =>
        configuration.GetSection(TelemetryOptions.Section).GetValue<bool>(nameof(TelemetryOptions.Dashboard));
}
