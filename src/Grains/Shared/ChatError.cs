using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Chat.Grains.Shared;

/// <summary>A refusal as a value. An exception, by contrast, is a bug or broken infrastructure.</summary>
/// <param name="Code">What went wrong; the only part a program decides by.</param>
/// <param name="Message">English, for people and logs; never holds a message body or a token.</param>
/// <param name="RetryAfter">Not before this time does a repeat make sense; null when there is nothing to wait for.</param>
/// <param name="Limit">The bound that was passed, where one was.</param>
[GenerateSerializer, Immutable, Alias("ChatError")]
public sealed record ChatError(
    [property: Id(0)] ErrorCode Code,
    [property: Id(1)] string Message,
    [property: Id(2)] TimeSpan? RetryAfter = null,
    [property: Id(3)] long? Limit = null)
{
    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTemporary => Code is ErrorCode.Internal or ErrorCode.Unavailable or ErrorCode.OutcomeUnknown
        or ErrorCode.Busy or ErrorCode.TooManyAttempts or ErrorCode.RateLimited;
}

/// <summary>Either a value or a refusal.</summary>
[GenerateSerializer, Immutable, Alias("Result`1")]
public readonly record struct Result<T>([property: Id(0)] T? Value, [property: Id(1)] ChatError? Error)
    where T : class
{
    /// <summary>Whether <see cref="Value"/> is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(ChatError error) => new(null, error);
}

/// <summary>A success that has nothing to say.</summary>
[GenerateSerializer, Immutable, Alias("Done")]
public sealed record Done
{
    /// <summary>The one value.</summary>
    public static Done Value { get; } = new();
}
