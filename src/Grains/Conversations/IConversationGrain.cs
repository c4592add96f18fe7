using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Conversations;

/// <summary>Post a message. The caller has proved that <paramref name="By"/> may act as <paramref name="Sender"/>.</summary>
/// <param name="Id">Made by the client; repeating it returns the first answer.</param>
/// <param name="Sender">Acting principal.</param>
/// <param name="By">Acting person.</param>
/// <param name="Body">The text.</param>
/// <param name="Product">The product it is about, resolved and frozen by the caller.</param>
/// <param name="Origin">The connection that gets the reply and therefore no push; null when there is none.</param>
/// <param name="Notice">Only in what <see cref="PostNotice.ToMessage"/> makes: this is a system message.</param>
[GenerateSerializer, Immutable, Alias("PostMessage")]
public sealed record PostMessage(
    [property: Id(0)] Guid Id,
    [property: Id(1)] PrincipalId Sender,
    [property: Id(2)] UserId By,
    [property: Id(3)] string Body,
    [property: Id(4)] ProductCard? Product = null,
    [property: Id(5)] string? Origin = null,
    [property: Id(6)] OrderNotice? Notice = null)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"PostMessage {Id} of {Sender}";
}

/// <summary>Post a notice. Source and number name it: each is posted once, however often it is asked for.</summary>
/// <param name="Source">What it comes from, such as an order.</param>
/// <param name="Number">Its number among those of the source, from 1.</param>
/// <param name="Sender">For whom it speaks: it is unread for the others. <see cref="PrincipalId.System"/>: for nobody.</param>
/// <param name="By">The person who caused it, if one did.</param>
/// <param name="Body">What it says, for whoever cannot show <paramref name="Notice"/>.</param>
/// <param name="Notice">What it tells.</param>
[GenerateSerializer, Immutable, Alias("PostNotice")]
public sealed record PostNotice(
    [property: Id(0)] string Source,
    [property: Id(1)] long Number,
    [property: Id(2)] PrincipalId Sender,
    [property: Id(3)] UserId? By,
    [property: Id(4)] string Body,
    [property: Id(5)] OrderNotice Notice)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"PostNotice {Number} of {Source}";

    /// <summary>
    /// The message it becomes. Its id is a UUID of version 8 made of source and number; clients may not use that version, so
    /// nobody can take a notice's place before it comes.
    /// </summary>
    internal PostMessage ToMessage()
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"notice {Source} {Number}"))).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new PostMessage(new Guid(bytes, bigEndian: true), Sender, By ?? new UserId(string.Empty), Body, Notice: Notice);
    }
}

/// <summary>Where the message is; durable when this is told.</summary>
[GenerateSerializer, Immutable, Alias("PostMessageReply")]
public sealed record PostMessageReply(
    [property: Id(0)] long Seq,
    [property: Id(1)] long Change,
    [property: Id(2)] DateTimeOffset SentAt,
    [property: Id(3)] bool Duplicate,
    [property: Id(4)] ProductCard? Product);

/// <summary>Raise a member's marks. Zero means "not said"; lower than before changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("MarkReceipts")]
public sealed record MarkReceipts(
    [property: Id(0)] PrincipalId Member,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read);

/// <summary>A page of history, ascending by seq.</summary>
[GenerateSerializer, Immutable, Alias("HistoryPage")]
public sealed record HistoryPage(
    [property: Id(0)] ConversationSummary Summary,
    [property: Id(1)] IReadOnlyList<Message> Messages,
    [property: Id(2)] bool HasMore);

/// <summary>What became of a held position.</summary>
public enum ChangesState
{
    /// <summary>Nothing was missed.</summary>
    CaughtUp = 0,

    /// <summary>Everything that was missed is here.</summary>
    Changes = 1,

    /// <summary>Too much was missed, or the position is not of this log: start over.</summary>
    Reset = 2,
}

/// <summary>The answer to a held position.</summary>
[GenerateSerializer, Immutable, Alias("ChangesPage")]
public sealed record ChangesPage(
    [property: Id(0)] ChangesState State,
    [property: Id(1)] ConversationSummary Summary,
    [property: Id(2)] IReadOnlyList<Message> Messages);

/// <summary>
/// One conversation: the order of its messages, its members' marks, and telling everybody. Key: <see cref="ConversationId"/>.
/// Every method interleaves: writes only join a queue that one pump empties, reads only look at what is durable.
/// Who is not a member gets <see cref="Shared.ErrorCode.ConversationNotFound"/>, as for one that does not exist.
/// </summary>
[Alias("IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Stores a message; returns only after it is durable. Only the buyer's side may begin a conversation.
    /// Errors: 3001 to 3005, 3009, 1006 (repeat with the same id), 1007.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<PostMessageReply>> Post(PostMessage command);

    /// <summary>
    /// Stores a notice once for each source and number, beginning the conversation if it must; returns after it is durable. It
    /// is no answer and no question. Errors: 3009, 1004, 1006 (repeat it), 1007.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<PostMessageReply>> PostNotice(PostNotice command);

    /// <summary>Raises marks; returns the marks in force once they are durable. Errors: 3001, 3008, 1006, 1007.</summary>
    [AlwaysInterleave]
    Task<Result<Receipt>> Mark(MarkReceipts command);

    /// <summary>
    /// The newest messages with seq below <paramref name="before"/> (0: from the head). A buyer may ask about a conversation
    /// that has not begun and gets an empty page. Errors: 3001, 3008, 1004.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<HistoryPage>> History(PrincipalId reader, long before, int limit);

    /// <summary>
    /// Everything after a held change, if it is at most <paramref name="messagesMax"/> messages and
    /// <paramref name="charsMax"/> body characters. Errors: 3001, 1004.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<ChangesPage>> Changes(PrincipalId reader, long after, int messagesMax, int charsMax);

    /// <summary>Tells the other members that somebody types. Best effort; never an error.</summary>
    [AlwaysInterleave]
    Task Typing(PrincipalId member, UserId by);
}
