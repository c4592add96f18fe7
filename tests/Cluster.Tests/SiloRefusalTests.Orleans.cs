using Chat.Silo.Settings;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>What real silos, fronts and nodes tell of settings that are wrong: all at once, in lines, before anything is opened.</summary>
public sealed class SiloRefusalTests
{
    [Fact]
    public async Task A_silo_names_everything_that_is_wrong_and_no_secret()
    {
        var (exit, lines) = await ServerProcess.RunToEnd(
            ServerProcess.Silo,
            new Dictionary<string, string>
            {
                ["Chat__Database__ConnectionString"] = "Host=db;Password=hunter2;hunter3=x",
                ["Chat__Database__Provider"] = "Postgres",
                // Of fronts: an environment is often common to all.
                ["Chat__Mode"] = "Front", ["Chat__Demo"] = "true", ["Chat__Auth__SigningKey"] = "hunter2",
            },
            "--Chat:Silo:SiloPort=0", "--Chat:Silo:GatewayPort=8081", "--Chat:Silo:AdvertisedIP=somewhere", "--Chat:Silo:ClusterIdd=x",
            "--Chat:Telemetry:TraceRatio=2", "--Chat:Telemetry:JsonLogs=perhaps", "--Chat:Policy:SendBurst=0", "--Chat:Rehearsal:ClockSpeed=100",
            "--Chat:SecretsDirectory=/no/such/directory");

        Assert.Equal(StartRefusal.WrongSettings, exit);
        string[] expected =
        [
            "Chat:Database:ConnectionString (not shown) is no connection string of PostgreSQL", "Chat:Silo:SiloPort is 0; it is 1 to 65535.",
            "Chat:Silo: SiloPort, GatewayPort and HealthPort must differ; they are 0, 8081 and 8081.", "Chat:Silo:AdvertisedIP is 'somewhere'",
            "Chat:Silo:ClusterIdd is no setting; did you mean Chat:Silo:ClusterId?", "Chat:Telemetry:TraceRatio is 2; it is 0 to 1.",
            "Chat:Telemetry:JsonLogs is 'perhaps'; it is true or false.", "Chat:Policy:SendBurst is 0; it is 1 to 1000.",
            "Chat:Rehearsal is set in part", "Chat:SecretsDirectory '/no/such/directory' is no directory.",
        ];
        Assert.All(expected, fault => Assert.Contains(lines, line => line.StartsWith("Setting refused: " + fault, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains("hunter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silo_needs_PostgreSQL_and_a_place_to_run_in()
    {
        var (exit, lines) = await ServerProcess.RunToEnd(ServerProcess.Silo, new Dictionary<string, string>());
        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Equal("Setting refused: Chat:Database:Provider is Sqlite, which serves one process; a silo needs Postgres.", Assert.Single(lines));

        (exit, lines) = await ServerProcess.RunToEnd(ServerProcess.Silo, new Dictionary<string, string>(), "--contentRoot", "/no/such/directory");
        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.StartsWith("Setting refused: contentRoot", Assert.Single(lines));
    }

    [Fact]
    public async Task A_silo_without_its_database_says_so_in_a_line()
    {
        var (exit, lines) = await ServerProcess.RunToEnd(
            ServerProcess.Silo,
            new Dictionary<string, string> { ["Chat__Database__Provider"] = "Postgres", ["Chat__Database__Password"] = "hunter2" },
            $"--Chat:Database:ConnectionString=Host=127.0.0.1;Port={FreePorts.Next()};Database=chat;Username=chat");

        Assert.Equal(1, exit);
        Assert.StartsWith("The database cannot be used: ", Assert.Single(lines));
        Assert.DoesNotContain("hunter2", lines[0]);
    }

    [Fact]
    public async Task A_node_names_ports_that_are_one_and_the_database_that_serves_one_process()
    {
        var port = FreePorts.Next();
        var (exit, lines) = await ServerProcess.RunToEnd(
            ServerProcess.WebFront, new Dictionary<string, string>(),
            "--Chat:Mode=Node", "--urls", $"http://127.0.0.1:{port}", $"--Chat:Silo:GatewayPort={port}", "--Chat:Silo:SiloPort=11111", "--Chat:Telemetry:MetricsPort=11111");

        Assert.Equal(StartRefusal.WrongSettings, exit);
        Assert.Equal(
            new[]
            {
                $"Setting refused: urls and Chat:Silo:GatewayPort are both {port}; they must differ.",
                "Setting refused: Chat:Telemetry:MetricsPort and Chat:Silo:SiloPort are both 11111; they must differ.",
                "Setting refused: Chat:Mode Node needs Chat:Database:Provider Postgres: one SQLite file serves one process.",
            }.Order(),
            lines.Order());
    }
}
