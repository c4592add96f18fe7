using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Reviews;

/// <summary>
/// The one review of a line of an order. Written <c>order~line</c>: orders' ids forbid the tilde, and lines are numbered from 1
/// to <see cref="Limits.OrderLinesMax"/>, without leading zeros.
/// </summary>
[GenerateSerializer, Immutable, Alias("ReviewId"), JsonConverter(typeof(ReviewIdJson))]
public readonly record struct ReviewId([property: Id(0)] string Value)
{
    /// <summary>The review of this line.</summary>
    public static ReviewId Of(OrderId order, int line) => new(order.Value + "~" + line.ToString(CultureInfo.InvariantCulture));

    /// <summary>The order.</summary>
    public OrderId Order => new(Value[..Value.IndexOf('~', StringComparison.Ordinal)]);

    /// <summary>The line's number, from 1.</summary>
    public int Line => int.Parse(Value.AsSpan(Value.IndexOf('~', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>
    /// What the public may call this review: always the same, and it does not tell the order's number. 22 characters of the
    /// URL-safe base64 alphabet.
    /// </summary>
    public string PublicName => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("review " + Value)).AsSpan(0, 16));

    /// <summary>Reads the written form; false unless it is the one that <see cref="Of"/> makes.</summary>
    public static bool TryParse(string? text, out ReviewId id)
    {
        id = default;
        var tilde = text?.IndexOf('~', StringComparison.Ordinal) ?? -1;
        if (tilde <= 0
            || !OrderId.TryParse(text![..tilde], out var order)
            || !int.TryParse(text.AsSpan(tilde + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            || line is < 1 or > Limits.OrderLinesMax
            || Of(order, line).Value != text)
        {
            return false;
        }

        id = new ReviewId(text);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class ReviewIdJson : IdJson<ReviewId>
{
    protected override bool TryParse(string? text, out ReviewId id) => ReviewId.TryParse(text, out id);
}
