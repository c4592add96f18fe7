using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Reviews;

/// <summary>Something that the buyer or the store adds to a review. Nothing that is there can be changed or deleted.</summary>
[GenerateSerializer, Immutable, Alias("ReviewCommand")]
public abstract record ReviewCommand
{
    /// <summary>A digest of all fields: equal for a repeat, different for another command under the same id.</summary>
    internal string Digest() => DigestOf($"{GetType().Name} {Fields}");

    /// <summary>All fields as text.</summary>
    protected abstract string Fields { get; }

    internal static string DigestOf(string fields) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fields)).AsSpan(0, 8));

    /// <summary>Lengths first, so that no two contents read the same.</summary>
    private protected static string Text(ReviewContent? content) => content is null
        ? "-"
        : string.Join(' ', content.All.Select(static text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}")));
}

/// <summary>Gives the stars, with or without words. By the buyer, once for each line of a completed order.</summary>
/// <param name="Stars">1 to 5.</param>
/// <param name="Content">Words; null for stars alone.</param>
[GenerateSerializer, Immutable, Alias("WriteReview")]
public sealed record WriteReview([property: Id(0)] int Stars, [property: Id(1)] ReviewContent? Content) : ReviewCommand
{
    /// <inheritdoc/>
    protected override string Fields => string.Create(CultureInfo.InvariantCulture, $"{Stars} {Text(Content)}");
}

/// <summary>Adds words later, once. By the buyer.</summary>
[GenerateSerializer, Immutable, Alias("AddFollowUp")]
public sealed record AddFollowUp([property: Id(0)] ReviewContent Content) : ReviewCommand
{
    /// <inheritdoc/>
    protected override string Fields => Text(Content);
}

/// <summary>Answers in public, once; again only after the answer was rejected. By an agent of the store.</summary>
[GenerateSerializer, Immutable, Alias("ReplyToReview")]
public sealed record ReplyToReview([property: Id(0)] ReviewContent Content) : ReviewCommand
{
    /// <inheritdoc/>
    protected override string Fields => Text(Content);
}

/// <summary>A command with its sender.</summary>
/// <param name="Id">Made by the caller; the same id from the same side gets the first answer.</param>
/// <param name="By">Who asks, proved by the caller.</param>
/// <param name="Command">What is asked.</param>
[GenerateSerializer, Immutable, Alias("ReviewRequest")]
public sealed record ReviewRequest([property: Id(0)] CommandId Id, [property: Id(1)] UserId By, [property: Id(2)] ReviewCommand Command);

/// <summary>Decides about held words. The caller has proved that <paramref name="Moderator"/> is one.</summary>
/// <param name="Id">Made by the caller; the same id gets the first answer.</param>
/// <param name="Moderator">Who decides.</param>
/// <param name="Part">About which words.</param>
/// <param name="Rejection">Why they are rejected; null approves them.</param>
/// <param name="Note">Said to the author; at most <see cref="Limits.ModerationNoteCodePointsMax"/> code points.</param>
[GenerateSerializer, Immutable, Alias("DecideWords")]
public sealed record DecideWords(
    [property: Id(0)] CommandId Id,
    [property: Id(1)] UserId Moderator,
    [property: Id(2)] ReviewPart Part,
    [property: Id(3)] RejectionReason? Rejection,
    [property: Id(4)] string? Note)
{
    /// <summary>A digest of what was decided.</summary>
    internal string Digest() => ReviewCommand.DigestOf($"Decide {Part} {Rejection} {Note}");

    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"DecideWords {Id} about {Part}";
}
