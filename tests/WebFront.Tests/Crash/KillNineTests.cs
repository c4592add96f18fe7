using Xunit.Abstractions;

namespace Chat.WebFront.Tests.Crash;

/// <summary>The whole product in one process on a SQLite file, killed while fifty clients write. Runs on both hosts.</summary>
[Trait("Kind", "Process")]
public sealed class KillNineTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("chat-kill-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Acknowledged_messages_survive_kill_9_of_the_single_process_once_and_in_order()
    {
        var address = new Uri($"http://localhost:{FreePorts.Next()}");
        var server = await Start(address);
        try
        {
            await using var crowd = await Crowd.Start([address]);
            for (var round = 1; round <= 2; round++)
            {
                await crowd.EveryoneProgresses(3);
                server.Kill();
                server = await Start(address);
                var recovery = await crowd.EveryoneProgresses(3);
                output.WriteLine($"Kill {round}: the last of 50 clients had its first answer {recovery.TotalSeconds:0.0} s after the restart was ready.");
            }

            var stored = await crowd.StopAndCheck();
            Assert.True(crowd.Reconnects >= 100, "Every client lost its connection twice.");
            output.WriteLine($"{crowd.Acknowledged} acknowledged, {stored} stored, {crowd.Reconnects} reconnects.");
        }
        finally
        {
            output.WriteLine(server.Tail);
            server.Dispose();
        }
    }

    private Task<ServerProcess> Start(Uri address) => ServerProcess.Start(ServerProcess.WebFront, address, new Dictionary<string, string>
    {
        ["Chat__Mode"] = "Single",
        ["Chat__Demo"] = "true",
        ["Chat__Database__Provider"] = "Sqlite",
        ["Chat__Database__ConnectionString"] = $"Data Source={_data.FullName}/chat.db",
        ["Chat__Auth__AttemptsBurst"] = "1000",
        ["Chat__Policy__SendBurst"] = "1000",
        ["Chat__Policy__SendsPerSecond"] = "1000",
    });
}
