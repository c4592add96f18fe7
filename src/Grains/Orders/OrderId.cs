using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Orders;

/// <summary>An order. Follows <see cref="IdText"/>; those placed here are 16 digits.</summary>
[GenerateSerializer, Immutable, Alias("OrderId"), JsonConverter(typeof(OrderIdJson))]
public readonly record struct OrderId([property: Id(0)] string Value)
{
    private const ulong Numbers = 9_000_000_000_000_000;

    /// <summary>
    /// The id of the order that this buyer places by this command: the same for each repeat, so that a lost answer never
    /// makes a second order. Two commands that meet in one id are told apart by the order, which refuses the later.
    /// </summary>
    public static OrderId For(UserId buyer, CommandId command)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"order {buyer} {command}"));
        var number = (BitConverter.ToUInt64(hash) % Numbers) + 1_000_000_000_000_000;
        return new(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads the written form; false when it breaks <see cref="IdText"/>.</summary>
    public static bool TryParse(string? text, out OrderId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new OrderId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Names one command, made by its caller: a UUID for people, the event's id for the marketplace. 1 to
/// <see cref="CharsMax"/> of ASCII letters, digits, '.', '_', ':' and '-'.
/// </summary>
[GenerateSerializer, Immutable, Alias("CommandId"), JsonConverter(typeof(CommandIdJson))]
public readonly record struct CommandId([property: Id(0)] string Value)
{
    /// <summary>The longest id, in characters.</summary>
    public const int CharsMax = 100;

    /// <summary>The id of a person's command.</summary>
    public static CommandId Of(Guid id) => new(id.ToString("D"));

    /// <summary>Reads the written form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CommandId id)
    {
        var valid = text is { Length: > 0 and <= CharsMax }
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');
        id = valid ? new CommandId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class OrderIdJson : IdJson<OrderId>
{
    protected override bool TryParse(string? text, out OrderId id) => OrderId.TryParse(text, out id);
}

internal sealed class CommandIdJson : IdJson<CommandId>
{
    protected override bool TryParse(string? text, out CommandId id) => CommandId.TryParse(text, out id);
}
