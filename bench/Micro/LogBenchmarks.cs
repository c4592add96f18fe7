using BenchmarkDotNet.Attributes;
using Chat.Grains.Conversations;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Bench.Micro;

/// <summary>
/// Appends of one message each, durable, on either database: alone, and from many conversations at once, which share commits.
/// PostgreSQL is the server of <c>CHAT_TEST_POSTGRES</c>, in a database that is dropped afterwards.
/// </summary>
public class LogBenchmarks
{
    private BenchDatabase _database = null!;
    private SqlConversationLog _log = null!;
    private ConversationState[] _states = [];

    /// <summary>The databases there are.</summary>
    public static IEnumerable<ChatDatabaseProvider> Databases =>
        BenchDatabase.Postgres is null ? [ChatDatabaseProvider.Sqlite] : [ChatDatabaseProvider.Sqlite, ChatDatabaseProvider.Postgres];

    /// <summary>Which one.</summary>
    [ParamsSource(nameof(Databases))]
    public ChatDatabaseProvider Database { get; set; }

    /// <summary>How many conversations append at once.</summary>
    [Params(1, 256)]
    public int Conversations { get; set; }

    /// <summary>An empty database, conversations begun. Waits itself: the in-process toolchain does not wait for a setup's task.</summary>
    [GlobalSetup]
    public void Open() => Begin().GetAwaiter().GetResult();

    /// <summary>Closes and drops it.</summary>
    [GlobalCleanup]
    public void Close() => End().GetAwaiter().GetResult();

    /// <summary>One message for each conversation.</summary>
    [Benchmark]
    public Task Append() => Task.WhenAll(Enumerable.Range(0, _states.Length).Select(AppendTo));

    private async Task Begin()
    {
        _database = await BenchDatabase.Create(Database);
        _log = new SqlConversationLog(_database.Chat, NullLogger<GroupCommitWriter>.Instance);
        _states = [.. Enumerable.Range(0, Conversations).Select(i => Given.UnderWay($"buyer-{i}"))];
        for (var i = 0; i < _states.Length; i++)
        {
            // The log begins where the state stands: its tail as one append.
            var row = _states[i].Row with { Version = 1 };
            await Store(new AppendRequest(0, row, [.. _states[i].Tail], []));
            _states[i] = _states[i] with { Row = row };
        }
    }

    private async Task End()
    {
        await _log.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task AppendTo(int index)
    {
        var state = _states[index];
        var posted = (MessagePosted)ConversationRules.Decide(state, Given.Post(state), Given.Noon).Event!;
        var next = ConversationRules.Apply(state, posted);
        next = next with { Row = next.Row with { Version = state.Row.Version + 1 } };
        await Store(new AppendRequest(state.Row.Version, next.Row, [posted.Message], []));
        _states[index] = next;
    }

    private async Task Store(AppendRequest request)
    {
        var outcome = await _log.Append(request);
        if (outcome.Status != AppendStatus.Stored)
        {
            throw new InvalidOperationException($"An append ended as {outcome.Status}.");
        }
    }
}
