using Microsoft.AspNetCore.Builder;

namespace Chat.Silo;

/// <summary>The embedded host has no dashboard.</summary>
internal static class DashboardSetup
{
    /// <summary>Shows nothing.</summary>
    internal static void MapDashboard(this WebApplication server, IServiceProvider process) => _ = (server, process);
}
