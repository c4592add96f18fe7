using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans;

namespace Chat.Grains.Shared;

/// <summary>The one spelling rule of user, store and product ids: 1 to 64 of <c>a-z 0-9 . _ -</c>, first a letter or digit.</summary>
public static class IdText
{
    /// <summary>The longest id, in characters.</summary>
    public const int CharsMax = 64;

    /// <summary>Whether <paramref name="text"/> follows the rule. Null does not.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > CharsMax || !char.IsAsciiLetterLower(text[0]) && !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A person: buyer, agent or staff. Public, guessable, proves nothing.</summary>
[GenerateSerializer, Immutable, Alias("UserId"), JsonConverter(typeof(UserIdJson))]
public readonly record struct UserId([property: Id(0)] string Value)
{
    /// <summary>Reads the written form; false when it breaks <see cref="IdText"/>.</summary>
    public static bool TryParse(string? text, out UserId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new UserId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A shop of the marketplace.</summary>
[GenerateSerializer, Immutable, Alias("StoreId"), JsonConverter(typeof(StoreIdJson))]
public readonly record struct StoreId([property: Id(0)] string Value)
{
    /// <summary>Reads the written form; false when it breaks <see cref="IdText"/>.</summary>
    public static bool TryParse(string? text, out StoreId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new StoreId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Who takes part in a conversation: a user (<c>u:anna</c>) or a store (<c>s:casa-lumbre</c>), which is one principal
/// whichever of its agents acts.
/// </summary>
[GenerateSerializer, Immutable, Alias("PrincipalId"), JsonConverter(typeof(PrincipalIdJson))]
public readonly record struct PrincipalId([property: Id(0)] string Value)
{
    /// <summary>The principal of a user.</summary>
    public static PrincipalId Of(UserId user) => new("u:" + user.Value);

    /// <summary>The principal of a store.</summary>
    public static PrincipalId Of(StoreId store) => new("s:" + store.Value);

    /// <summary>Nobody: the sender of what deadlines and the marketplace cause. No member of anything, and nobody can act as it.</summary>
    public static PrincipalId System { get; } = new("x:system");

    /// <summary>Whether this is a store.</summary>
    public bool IsStore => Value.StartsWith("s:", StringComparison.Ordinal);

    /// <summary>The user or store id inside.</summary>
    public string Key => Value[2..];

    /// <summary>Reads the written form.</summary>
    public static bool TryParse(string? text, out PrincipalId id)
    {
        var valid = text is { Length: > 2 } && text[1] == ':' && text[0] is 'u' or 's' && IdText.IsValid(text[2..]);
        id = valid ? new PrincipalId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The one conversation of a buyer and a store. Written <c>buyer~store</c>; both ids forbid the tilde.</summary>
[GenerateSerializer, Immutable, Alias("ConversationId"), JsonConverter(typeof(ConversationIdJson))]
public readonly record struct ConversationId([property: Id(0)] string Value)
{
    /// <summary>The conversation of this buyer with this store.</summary>
    public static ConversationId Between(UserId buyer, StoreId store) => new(buyer.Value + "~" + store.Value);

    /// <summary>The buyer's side.</summary>
    public UserId Buyer => new(Value[..Value.IndexOf('~', StringComparison.Ordinal)]);

    /// <summary>The store's side.</summary>
    public StoreId Store => new(Value[(Value.IndexOf('~', StringComparison.Ordinal) + 1)..]);

    /// <summary>Whether this principal is the buyer's side. Compares in place: asked for each message.</summary>
    public bool IsBuyer(PrincipalId principal) =>
        principal.Value.StartsWith("u:", StringComparison.Ordinal) && principal.Value.AsSpan(2).SequenceEqual(Value.AsSpan(0, Value.IndexOf('~', StringComparison.Ordinal)));

    /// <summary>Whether this principal is the store's side.</summary>
    public bool IsStore(PrincipalId principal) =>
        principal.IsStore && principal.Value.AsSpan(2).SequenceEqual(Value.AsSpan(Value.IndexOf('~', StringComparison.Ordinal) + 1));

    /// <summary>Reads the written form; false unless both halves are valid ids.</summary>
    public static bool TryParse(string? text, out ConversationId id)
    {
        var tilde = text?.IndexOf('~', StringComparison.Ordinal) ?? -1;
        var valid = tilde > 0 && IdText.IsValid(text![..tilde]) && IdText.IsValid(text[(tilde + 1)..]);
        id = valid ? new ConversationId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Something a store sells.</summary>
[GenerateSerializer, Immutable, Alias("ProductId"), JsonConverter(typeof(ProductIdJson))]
public readonly record struct ProductId([property: Id(0)] string Value)
{
    /// <summary>Reads the written form; false when it breaks <see cref="IdText"/>.</summary>
    public static bool TryParse(string? text, out ProductId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new ProductId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One process that holds client connections. Made anew at each start, so that a restarted front is another one.</summary>
[GenerateSerializer, Immutable, Alias("FrontId")]
public readonly record struct FrontId([property: Id(0)] string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Ids are plain strings in JSON, also in stored state.</summary>
internal abstract class IdJson<T> : JsonConverter<T>
    where T : struct
{
    protected abstract bool TryParse(string? text, out T id);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString(), out var id) ? id : throw new JsonException($"Not a valid {typeof(T).Name}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);
}

internal sealed class UserIdJson : IdJson<UserId>
{
    protected override bool TryParse(string? text, out UserId id) => UserId.TryParse(text, out id);
}

internal sealed class StoreIdJson : IdJson<StoreId>
{
    protected override bool TryParse(string? text, out StoreId id) => StoreId.TryParse(text, out id);
}

internal sealed class PrincipalIdJson : IdJson<PrincipalId>
{
    protected override bool TryParse(string? text, out PrincipalId id) => PrincipalId.TryParse(text, out id);
}

internal sealed class ConversationIdJson : IdJson<ConversationId>
{
    protected override bool TryParse(string? text, out ConversationId id) => ConversationId.TryParse(text, out id);
}

internal sealed class ProductIdJson : IdJson<ProductId>
{
    protected override bool TryParse(string? text, out ProductId id) => ProductId.TryParse(text, out id);
}
