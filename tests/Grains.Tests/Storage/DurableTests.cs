using Chat.Grains.Storage;
using Orleans.Runtime;

namespace Chat.Grains.Tests.Storage;

/// <summary>What a grain sees of its state while the database is away.</summary>
public sealed class DurableTests
{
    private readonly Shelf _shelf = new();
    private readonly Durable<Note> _durable;

    public DurableTests() => _durable = new Durable<Note>(_shelf);

    [Fact]
    public async Task A_write_that_fails_is_not_visible()
    {
        await _durable.WriteAndStay(new Note { Text = "first" });
        _shelf.Away = true;

        await Assert.ThrowsAsync<TimeoutException>(() => _durable.WriteAndStay(new Note { Text = "second" }));

        Assert.Equal("first", _durable.Value.Text);
    }

    [Fact]
    public async Task Who_stayed_after_a_failed_write_reads_before_the_next()
    {
        _shelf.Away = true;
        await Assert.ThrowsAsync<TimeoutException>(() => _durable.WriteAndStay(new Note { Text = "lost" }));
        _shelf.Away = false;
        _shelf.Stored = new Note { Text = "of somebody else" };
        var reads = _shelf.Reads;

        await _durable.WriteAndStay(new Note { Text = "next" });

        Assert.Equal((reads + 1, "next", "next"), (_shelf.Reads, _shelf.Stored.Text, _durable.Value.Text));
        await _durable.WriteAndStay(new Note { Text = "last" });
        Assert.Equal(reads + 1, _shelf.Reads);
    }

    internal sealed record Note
    {
        public string Text { get; init; } = "";
    }

    /// <summary>One row of a database that can be away.</summary>
    private sealed class Shelf : IPersistentState<Note>
    {
        public bool Away { get; set; }

        public Note Stored { get; set; } = new();

        public int Reads { get; private set; }

        public Note State { get; set; } = new();

        public string Etag => "";

        public bool RecordExists => true;

        public Task ReadStateAsync()
        {
            Refuse();
            Reads++;
            State = Stored;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            Refuse();
            Stored = State;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();

        private void Refuse()
        {
            if (Away)
            {
                throw new TimeoutException("The database is away.");
            }
        }
    }
}
