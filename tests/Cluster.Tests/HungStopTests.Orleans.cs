using System.Globalization;
using Chat.Grains.Tests.Storage;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>Also a silo alone, which has to leave the membership table.</summary>
public sealed partial class HungStopTests
{
    [NeedsOwnPostgresFact]
    public async Task A_silo_ends_in_time_and_says_what_hung_when_its_database_answers_nothing()
    {
        using var postgres = new PostgresServer();
        await using var database = await TestDatabase.CreateUnprepared(DatabaseKind.Postgres, postgres);
        var health = FreePorts.Next();
        var settings = new Dictionary<string, string>(Settings(database))
        {
            ["Chat__Silo__SiloPort"] = FreePorts.Next().ToString(CultureInfo.InvariantCulture),
            ["Chat__Silo__GatewayPort"] = FreePorts.Next().ToString(CultureInfo.InvariantCulture),
            ["Chat__Silo__HealthPort"] = health.ToString(CultureInfo.InvariantCulture),
        };
        using var silo = await ServerProcess.Start(ServerProcess.Silo, new Uri($"http://127.0.0.1:{health}"), settings);

        postgres.Freeze();
        try
        {
            await StopsInTime(silo, "Not everything stopped within 28 s: handing over the grains hangs");
        }
        finally
        {
            postgres.Thaw();
        }
    }
}
