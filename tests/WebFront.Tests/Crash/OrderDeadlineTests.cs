using Chat.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Chat.WebFront.Tests.Crash;

/// <summary>The whole product in one process on a SQLite file, killed every 10 s while the deadlines of orders come. Runs on both hosts.</summary>
[Trait("Kind", "Process")]
public sealed class OrderDeadlineTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan LateAtMost = TimeSpan.FromSeconds(10);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("chat-deadlines-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Every_deadline_makes_one_transition_and_none_early_while_the_process_is_killed_every_10_s()
    {
        var clock = new FastClock(DateTimeOffset.UtcNow, DeadlineRun.Speed);
        var address = new Uri($"http://localhost:{FreePorts.Next()}");
        var settings = new Dictionary<string, string>(DeadlineRun.Settings(clock, "chat.db"))
        {
            ["Chat__Mode"] = "Single",
            ["Chat__Demo"] = "true",
            ["Chat__Database__Provider"] = "Sqlite",
            ["Chat__Database__ConnectionString"] = $"Data Source={_data.FullName}/chat.db",
            ["Chat__Auth__AttemptsBurst"] = "1000",
        };
        var server = await ServerProcess.Start(ServerProcess.WebFront, address, settings);
        try
        {
            Assert.Contains("REHEARSAL", server.Tail, StringComparison.Ordinal);
            var options = new ChatDatabaseOptions { ConnectionString = settings["Chat__Database__ConnectionString"] };
            await using var database = new ChatDatabase(Microsoft.Extensions.Options.Options.Create(options), NullLoggerFactory.Instance);
            using var run = new DeadlineRun([address], database, clock, output.WriteLine);
            var check = await run.Run([("process", true, async () =>
            {
                server.Kill();
                server = await ServerProcess.Start(ServerProcess.WebFront, address, settings);
            })]);
            Assert.Empty(check.Faults);
            Assert.True(check.Fired.Count > DeadlineRun.Orders / 2 && check.Overtaken > 0, "Deadlines came, and people raced them.");
            Assert.InRange(DeadlineCheck.Quantile(check.Fired.Select(fired => fired.LateWithAllUp), 0.99), TimeSpan.Zero, LateAtMost);
        }
        finally
        {
            output.WriteLine(server.Tail);
            server.Dispose();
        }
    }
}
