using System.Diagnostics;
using System.Globalization;
using Chat.Grains.Tests.Storage;
using Chat.WebFront.Tests.Crash;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>
/// Two silos and two fronts as <c>./chat cluster</c> starts them, on a PostgreSQL of their own; a silo, a front and the
/// database are killed in turn while fifty clients write.
/// </summary>
[Trait("Kind", "Process")]
public sealed class KillNineClusterTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan ScriptWithin = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("chat-cluster-");

    public void Dispose() => _home.Delete(recursive: true);

    [NeedsOwnPostgresFact]
    public async Task Acknowledged_messages_survive_kill_9_of_silo_front_and_database_once_and_in_order()
    {
        using var postgres = new PostgresServer();
        await using var database = await TestDatabase.CreateUnprepared(DatabaseKind.Postgres, postgres);
        var port = FreeBasePort();
        await Script("--silos", "2", "--fronts", "2", "--demo", "--detach",
            "--base-port", port.ToString(CultureInfo.InvariantCulture), "--postgres", database.Options.ConnectionString);
        try
        {
            await using var crowd = await Crowd.Start([new($"http://localhost:{port}"), new($"http://localhost:{port + 1}")]);
            await Round(crowd, "silo", () => Kill("silo-0"));
            await Round(crowd, "front", () => Kill("front-0"));
            await Round(crowd, "PostgreSQL", () =>
            {
                postgres.Kill();
                postgres.Start();
            });
            var stored = await crowd.StopAndCheck();
            output.WriteLine($"{crowd.Acknowledged} acknowledged, {stored} stored, {crowd.Reconnects} reconnects.");
        }
        finally
        {
            output.WriteLine(await Tails());
            await Script("stop");
        }

        Assert.False(File.Exists(Path.Combine(_home.FullName, "state")), "Nothing is left of the cluster.");
    }

    private async Task Round(Crowd crowd, string what, Action kill)
    {
        await crowd.EveryoneProgresses(3);
        var clock = Stopwatch.StartNew();
        kill();
        var killed = clock.Elapsed;
        var last = await crowd.EveryoneProgresses(3);
        output.WriteLine($"{what} killed: the last of 50 clients had an answer {(killed + last).TotalSeconds:0.0} s later.");
    }

    /// <summary>The script wrote down who is who.</summary>
    private void Kill(string name)
    {
        var line = File.ReadLines(Path.Combine(_home.FullName, "state")).Select(text => text.Split('\t')).Single(fields => fields[0] == name);
        using var process = Process.GetProcessById(int.Parse(line[1], CultureInfo.InvariantCulture));
        process.Kill();
    }

    private async Task<string> Tails()
    {
        var logs = Directory.GetFiles(Path.Combine(_home.FullName, "logs")).Order();
        var tails = await Task.WhenAll(logs.Select(async log => $"{Path.GetFileName(log)}:\n{string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(12))}"));
        return string.Join('\n', tails);
    }

    private async Task Script(params string[] arguments)
    {
        var log = Path.Combine(_home.FullName, "script.log");
        // What it starts in the background would keep a pipe open.
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, FindScript(), "cluster", .. arguments]);
        start.Environment["CHAT_CLUSTER_HOME"] = _home.FullName;
        start.Environment["CHAT_TEST_SILO"] = ServerProcess.Silo;
        start.Environment["CHAT_TEST_WEBFRONT"] = ServerProcess.WebFront;
        start.Environment["Chat__Auth__AttemptsBurst"] = "1000";
        start.Environment["Chat__Policy__SendBurst"] = "1000";
        start.Environment["Chat__Policy__SendsPerSecond"] = "1000";
        using var script = Process.Start(start)!;
        await script.WaitForExitAsync().WaitAsync(ScriptWithin);
        Assert.True(script.ExitCode == 0, await File.ReadAllTextAsync(log));
    }

    private static string FindScript()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Chat.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return Path.Combine(directory.FullName, "chat");
    }

    /// <summary>The script takes ports up to 400 above the first; it says so when one is taken.</summary>
    private static int FreeBasePort() => 20_000 + (Environment.ProcessId % 20) * 500;
}
