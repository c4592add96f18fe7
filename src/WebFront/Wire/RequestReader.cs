using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.WebFront.Wire;

/// <summary>
/// Reads the fields of one request object strictly. The first thing wrong is kept in <see cref="Error"/>; later reads then
/// answer defaults, so a method reads all its fields and asks once. Fields nobody asks for are ignored.
/// </summary>
internal struct RequestReader
{
    /// <summary>Positions fit a JavaScript number exactly.</summary>
    private const long PositionMax = (1L << 53) - 1;

    private const int ServersVersion = 8;

    private readonly JsonElement _json;

    public RequestReader(JsonElement json)
    {
        _json = json;
        if (json.ValueKind != JsonValueKind.Object)
        {
            Error = new ChatError(ErrorCode.BadRequest, "The argument is not an object.");
        }
    }

    public ChatError? Error { get; private set; }

    /// <summary>A required string; a lone surrogate in it is <paramref name="malformed"/>.</summary>
    public string Text(string field, ErrorCode malformed = ErrorCode.BadRequest) => OptionalText(field, malformed) ?? Missing(field, string.Empty);

    public string? OptionalText(string field, ErrorCode malformed = ErrorCode.BadRequest)
    {
        if (!TryFind(field, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong<string?>(field, "a string", null);
        }

        return TryText(value, out var text) ? text : Refuse<string?>(new ChatError(malformed, $"'{field}' holds a lone surrogate."), null);
    }

    /// <summary>The text of a JSON string; false when it spells half of a surrogate pair, which UTF-16 text cannot hold.</summary>
    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>A string that was read before, whatever was wrong with it.</summary>
    public readonly string RawText(string field) =>
        _json.TryGetProperty(field, out var value) && TryText(value, out var text) ? text : string.Empty;

    public bool Flag(string field)
    {
        if (!TryFind(field, out var value))
        {
            return Missing(field, false);
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Wrong(field, "a boolean", false);
    }

    /// <summary>A flag that is false when absent.</summary>
    public bool OptionalFlag(string field) => TryFind(field, out _) && Flag(field);

    /// <summary>A required integer in a closed range; outside of it the request is malformed.</summary>
    public long Integer(string field, long min, long max) => OptionalInteger(field, min, max) ?? Missing(field, 0L);

    public long? OptionalInteger(string field, long min, long max)
    {
        if (!TryFind(field, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
        {
            return Wrong<long?>(field, "an integer", null);
        }

        return number >= min && number <= max
            ? number
            : Refuse<long?>(new ChatError(ErrorCode.BadRequest, $"'{field}' must be from {min} to {max}.", Limit: max), null);
    }

    /// <summary>A seq or change, or null when absent. Negative, or more than a position can be, is 3008.</summary>
    public long? OptionalPosition(string field)
    {
        if (!TryFind(field, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
        {
            return Wrong<long?>(field, "an integer", null);
        }

        return number is >= 0 and <= PositionMax
            ? number
            : Refuse<long?>(new ChatError(ErrorCode.BadPosition, $"'{field}' is not a position."), null);
    }

    public long Position(string field) => OptionalPosition(field) ?? Missing(field, 0L);

    /// <summary>A conversation id; text that cannot be one gets the answer of one that does not exist.</summary>
    public ConversationId Conversation(string field)
    {
        var text = Text(field);
        return Error is null && !ConversationId.TryParse(text, out var id) ? Refuse(Refusals.NoConversation, id) : new ConversationId(text);
    }

    public StoreId Store(string field)
    {
        var text = Text(field);
        return Error is null && !StoreId.TryParse(text, out var id) ? Refuse(Refusals.NoStore, id) : new StoreId(text);
    }

    public StoreId? OptionalStore(string field) => TryFind(field, out _) ? Store(field) : null;

    public ProductId? OptionalProduct(string field)
    {
        if (OptionalText(field) is not { } text)
        {
            return null;
        }

        return ProductId.TryParse(text, out var id) ? id : Refuse<ProductId?>(Refusals.NoProduct, null);
    }

    /// <summary>
    /// An id that a client makes: a UUID in its canonical lower-case form. Version 8 is kept for the server's own notices, so
    /// that nobody can take a notice's place.
    /// </summary>
    public Guid MessageId(string field)
    {
        var text = Text(field);
        if (Error is not null)
        {
            return default;
        }

        return Guid.TryParseExact(text, "D", out var id) && text == id.ToString("D") && id.Version != ServersVersion
            ? id
            : Refuse(new ChatError(ErrorCode.BadMessageId, $"'{field}' is not a UUID in lower case, of another version than {ServersVersion}."), default(Guid));
    }

    /// <summary>What is in a parcel; absent means all that is left.</summary>
    public IReadOnlyList<ParcelItem> Items(string field)
    {
        if (!TryFind(field, out _))
        {
            return [];
        }

        var items = new List<ParcelItem>();
        foreach (var json in List(field, Limits.OrderLinesMax))
        {
            var item = new RequestReader(json);
            items.Add(new ParcelItem((int)item.Integer("line", 1, Limits.OrderLinesMax), (int)item.Integer("quantity", 1, Limits.OrderQuantityMax)));
            if (item.Error is { } error)
            {
                Fail(error);
                break;
            }
        }

        return items;
    }

    /// <summary>A required list of at most <paramref name="max"/> items; more is 4001.</summary>
    public JsonElement[] List(string field, int max)
    {
        if (!TryFind(field, out var value))
        {
            return Missing<JsonElement[]>(field, []);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return Wrong<JsonElement[]>(field, "a list", []);
        }

        return value.GetArrayLength() <= max
            ? [.. value.EnumerateArray()]
            : Refuse<JsonElement[]>(new ChatError(ErrorCode.TooMany, $"'{field}' has more than {max} items.", Limit: max), []);
    }

    /// <summary>The same, null when absent.</summary>
    public JsonElement[]? OptionalList(string field, int max) => TryFind(field, out _) ? List(field, max) : null;

    /// <summary>Keeps an error found while reading an item of a list.</summary>
    public void Fail(ChatError error) => Error ??= error;

    private bool TryFind(string field, out JsonElement value)
    {
        value = default;
        if (Error is not null)
        {
            return false;
        }

        try
        {
            return _json.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException)
        {
            // A property name that spells half of a surrogate pair.
            Error = new ChatError(ErrorCode.BadRequest, "A field name holds a lone surrogate.");
            return false;
        }
    }

    private T Missing<T>(string field, T value) => Refuse(new ChatError(ErrorCode.BadRequest, $"'{field}' is missing."), value);

    private T Wrong<T>(string field, string kind, T value) => Refuse(new ChatError(ErrorCode.BadRequest, $"'{field}' is not {kind}."), value);

    private T Refuse<T>(ChatError error, T value)
    {
        Error ??= error;
        return value;
    }
}
