using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Chat.Grains.Conversations;

/// <summary>
/// The shell around <see cref="ConversationRules"/>: decide, store, apply, reply, publish. This part holds the reads; the
/// write pump is in <c>ConversationGrain.Writes.cs</c>, logging in <c>ConversationGrain.Log.cs</c>.
/// </summary>
internal sealed partial class ConversationGrain(
    IConversationLog log,
    NearbyRecipients nearby,
    TimeProvider time,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain
{
    private static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<PrincipalId, MemberLink> _links = [];
    private readonly Dictionary<PrincipalId, DateTimeOffset> _typedAt = [];
    private ConversationId _id;
    private PrincipalId _buyer;
    private PrincipalId _store;

    /// <summary>Only what is durable; null until it is read, and again after a write whose fate is not known.</summary>
    private ConversationState? _state;
    private Task<Result<ConversationState>>? _loading;

    /// <summary>The batch that is being written.</summary>
    private Task? _writing;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!ConversationId.TryParse(this.GetPrimaryKeyString(), out _id))
        {
            throw new ArgumentException($"'{this.GetPrimaryKeyString()}' is not a conversation.");
        }

        (_buyer, _store) = (PrincipalId.Of(_id.Buyer), PrincipalId.Of(_id.Store));

        return Task.CompletedTask;
    }

    public async Task<Result<HistoryPage>> History(PrincipalId reader, long before, int limit)
    {
        var loaded = await Proved();
        if (!loaded.IsOk)
        {
            return loaded.Error;
        }

        var state = loaded.Value;
        if (!ConversationRules.CanSee(state.Row, reader))
        {
            return ConversationRules.NotFound;
        }

        if (before < 0 || before > state.Row.Head + 1)
        {
            return new ChatError(ErrorCode.BadPosition, "The position is not in this conversation.", Limit: state.Row.Head);
        }

        var end = before == 0 ? state.Row.Head + 1 : before;
        var wanted = Math.Clamp(limit, 1, Limits.HistoryPageMax);
        var first = Math.Max(1, end - wanted);
        var messages = state.TailCovers(first - 1)
            ? state.Tail.Where(message => message.Seq >= first && message.Seq < end).ToArray()
            : await log.ReadBefore(_id, end, wanted);
        return new HistoryPage(state.Summary, messages, messages.Count > 0 && messages[0].Seq > 1);
    }

    public async Task<Result<ChangesPage>> Changes(PrincipalId reader, long after, int messagesMax, int charsMax)
    {
        var loaded = await Proved();
        if (!loaded.IsOk)
        {
            return loaded.Error;
        }

        var state = loaded.Value;
        if (!ConversationRules.CanSee(state.Row, reader))
        {
            return ConversationRules.NotFound;
        }

        if (after == state.Row.Change)
        {
            return new ChangesPage(ChangesState.CaughtUp, state.Summary, []);
        }

        var reset = new ChangesPage(ChangesState.Reset, state.Summary, []);
        if (after < 0 || after > state.Row.Change)
        {
            return reset;
        }

        // Changes only come with messages, so a tail whose first message is the change after the held one has them all.
        IReadOnlyList<Message> missed = state.Tail[0].Change <= after + 1
            ? [.. state.Tail.Where(message => message.Change > after)]
            : await log.ReadChanges(_id, after, messagesMax + 1);
        return missed.Count > messagesMax || missed.Sum(message => (long)message.Body.Length) > charsMax
            ? reset
            : new ChangesPage(ChangesState.Changes, state.Summary, missed);
    }

    public async Task Typing(PrincipalId member, UserId by)
    {
        var loaded = await State();
        var now = time.GetUtcNow();
        if (!loaded.IsOk
            || !ConversationRules.CanSee(loaded.Value.Row, member)
            || (_typedAt.TryGetValue(member, out var last) && now - last < TypingEvery))
        {
            return;
        }

        _typedAt[member] = now;
        Publish(Other(loaded.Value.Row, member), new TypingPush(_id, member, by));
    }

    private static PrincipalId Other(ConversationRow row, PrincipalId member) =>
        member.IsStore ? row.BuyerPrincipal : row.StorePrincipal;

    /// <summary>
    /// The durable state, read once however many ask. Throws <see cref="StorageUnavailableException"/> when it cannot be read.
    /// </summary>
    private async ValueTask<Result<ConversationState>> State()
    {
        if (_state is { } known)
        {
            return known;
        }

        var loading = _loading ??= Load();
        try
        {
            return await loading;
        }
        finally
        {
            if (_loading == loading)
            {
                _loading = null;
            }
        }
    }

    /// <summary>
    /// The state, read again when somebody knows of a later position: another activation has written, and this one must not
    /// deny what its clients have seen.
    /// </summary>
    private async ValueTask<Result<ConversationState>> StateReaching(long position)
    {
        var loaded = await State();
        return loaded.IsOk && position > loaded.Value.Row.Head && position > loaded.Value.Row.Change ? await Load() : loaded;
    }

    /// <summary>
    /// The state, no older than the call. Another activation may have written without this one knowing, as after a partition,
    /// and its clients have seen that: memory is believed only while the row still has its version, which is one key to look
    /// up, together with whatever else this process looks up then.
    /// </summary>
    private async ValueTask<Result<ConversationState>> Proved()
    {
        var readsNow = _state is null && _loading is null;
        var loaded = await State();
        if (readsNow || !loaded.IsOk)
        {
            return loaded;
        }

        var version = await log.VersionOf(_id);
        if (!Reaches(version) && _writing is { } own)
        {
            // What is ahead may be this activation's own commit, whose answer is on its way.
            await Task.WhenAny(own);
        }

        if (Reaches(version))
        {
            return _state ?? loaded;
        }

        LogLeftBehind(_id);
        DeactivateOnIdle();
        return await Load();

        bool Reaches(long stored) => (_state ?? loaded.Value).Row.Version >= stored;
    }

    private async Task<Result<ConversationState>> Load()
    {
        var row = await log.Load(_id);
        if (row is null)
        {
            return await NotBegun();
        }

        // The row is read first: a message stored in between is newer than it and left out, never half known.
        var tail = await log.ReadBefore(_id, row.Head + 1, Limits.ConversationTailMax);

        // A write may have ended meanwhile.
        return _state is { } newer && newer.Row.Version > row.Version ? newer : _state = new ConversationState(row, [.. tail]);
    }

    /// <summary>
    /// What a buyer sees before the first message. Not kept: names may still change. A buyer who was never here has only an
    /// id: the marketplace may place an order for them, whose notices begin the conversation.
    /// </summary>
    private async Task<Result<ConversationState>> NotBegun()
    {
        var store = await GrainFactory.Store(_id.Store).GetProfile();
        var buyer = await GrainFactory.User(_id.Buyer).GetProfile();
        if (store is null)
        {
            return new ChatError(ErrorCode.StoreNotFound, "There is no such store.");
        }

        return new ConversationState(
            new ConversationRow(_id, buyer?.DisplayName ?? _id.Buyer.Value, store.Name, 0, 0, 0, DateTimeOffset.UnixEpoch, null, new(), new(), null), []);
    }

    private void Publish(PrincipalId member, Push push)
    {
        if (!_links.TryGetValue(member, out var link))
        {
            _links[member] = link = new MemberLink(member, GrainFactory.Recipient(member), nearby, error => LogPushLost(member, error));
        }

        link.Send(push);
    }
}
