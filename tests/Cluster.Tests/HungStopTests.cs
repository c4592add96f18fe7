using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Grains.Tests.Storage;
using Chat.WebFront.Tests.Crash;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>
/// A process that is told to stop while its database takes connections and answers nothing: whatever waits for it, the process
/// ends in time, with success, and its log names what hung.
/// </summary>
[Collection(RealClusterRuns.Name), Trait("Kind", "Process")]
public sealed partial class HungStopTests(ITestOutputHelper output)
{
    private const int Sends = 8;

    /// <summary>What docs/operating.md promises; a supervisor may kill after it.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    [NeedsOwnPostgresFact]
    public async Task A_process_full_of_sends_ends_in_time_and_says_what_hung_when_its_database_answers_nothing()
    {
        using var postgres = new PostgresServer();
        await using var database = await TestDatabase.CreateUnprepared(DatabaseKind.Postgres, postgres);
        var front = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        using var program = await ServerProcess.Start(ServerProcess.WebFront, front, new Dictionary<string, string>(Settings(database)) { ["Chat__Demo"] = "true" });
        using var http = new HttpClient { BaseAddress = front };
        using var registered = await http.PostAsJsonAsync("/api/accounts", new { name = "hungbuyer", displayName = "Somebody", password = "correct horse battery" });
        var token = (await registered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        await using var link = await HubLink.Open(front, token, _ => { });
        Assert.True((await link.Call("hello", new { protocol = 1, device = Guid.NewGuid(), active = true })).GetProperty("ok").GetBoolean());
        Assert.True((await Send(link)).GetProperty("ok").GetBoolean());

        postgres.Freeze();
        try
        {
            var waiting = Enumerable.Range(0, Sends).Select(_ => Send(link)).ToArray();
            // Either it had to be cut off, or each wait ended by its own deadline, 5 s for states, and told that.
            await StopsInTime(program, "Not everything stopped within 28 s: .+ hangs|The log still waits for the database|during WriteStateAsync for grain store/");

            // Nobody was told that a message is stored which is not.
            var told = await Task.WhenAll(waiting.Select(async send => await Outcome(send)));
            Assert.DoesNotContain(true, told);
        }
        finally
        {
            postgres.Thaw();
        }
    }

    private static Dictionary<string, string> Settings(TestDatabase database) => new()
    {
        ["Chat__Database__Provider"] = "Postgres",
        ["Chat__Database__ConnectionString"] = database.Options.ConnectionString,
        ["Chat__Silo__AdvertisedIP"] = "127.0.0.1",
        ["Logging__LogLevel__Default"] = "Information",
    };

    private async Task StopsInTime(ServerProcess program, string named)
    {
        var clock = Stopwatch.StartNew();
        var code = await program.Stop();
        output.WriteLine($"It ended after {clock.Elapsed.TotalSeconds:0.0} s with {code}.\n{program.Tail}");
        Assert.Equal(0, code);
        Assert.True(clock.Elapsed < EndsWithin, $"It took {clock.Elapsed}.");
        Assert.Matches(named, program.Tail);
    }

    private static Task<JsonElement> Send(HubLink link) =>
        link.Call("send", new { conversation = "hungbuyer~casa-lumbre", id = Guid.NewGuid(), body = "text" });

    private static async Task<bool> Outcome(Task<JsonElement> send)
    {
        try
        {
            return (await send).GetProperty("ok").GetBoolean();
        }
        catch (IOException)
        {
            return false;
        }
    }
}
