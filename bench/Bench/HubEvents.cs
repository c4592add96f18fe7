using System.Text.Json;

namespace Chat.Bench;

/// <summary>What the server invokes at a client: our list of events, or the peer's two methods with plain arguments.</summary>
internal readonly struct HubEvents
{
    private readonly Kind _kind;

    private HubEvents(Kind kind) => _kind = kind;

    private enum Kind
    {
        Unknown,
        Events,
        Message,
        Presence,
    }

    /// <summary>By the name of the invoked method, which the reader stands on. It comes before the arguments.</summary>
    public static HubEvents Of(in Utf8JsonReader reader) => new(
        reader.ValueTextEquals("events"u8) ? Kind.Events
        : reader.ValueTextEquals("Message"u8) ? Kind.Message
        : reader.ValueTextEquals("Presence"u8) ? Kind.Presence
        : Kind.Unknown);

    /// <summary>Tells the listener what the arguments say; true when a probe is among them. The reader stands at their beginning.</summary>
    public bool Read(ref Utf8JsonReader reader, IListener listener)
    {
        var probed = false;
        switch (_kind)
        {
            case Kind.Events:
                probed = ReadEvents(ref reader, listener);
                break;
            case Kind.Message:
                // Sender, id, body.
                reader.Read();
                reader.Read();
                listener.Delivered(reader.ValueSpan, 0);
                break;
            case Kind.Presence:
                listener.PresenceTold(1);
                break;
            default:
                break;
        }

        while (reader.TokenType != JsonTokenType.EndArray || reader.CurrentDepth > 1)
        {
            reader.Read();
        }

        return probed;
    }

    /// <summary>The one argument of <c>events</c>: a list of events, each with its type first.</summary>
    private static bool ReadEvents(ref Utf8JsonReader reader, IListener listener)
    {
        var depth = reader.CurrentDepth;
        var (tellsPresence, probed) = (false, false);
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("t"u8))
            {
                reader.Read();
                tellsPresence = reader.ValueTextEquals("presence"u8);
                probed |= reader.ValueTextEquals("probe"u8);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                ReadMessage(ref reader, listener);
            }
            else if (tellsPresence && reader.ValueTextEquals("stores"u8))
            {
                reader.Read();
                listener.PresenceTold(CountObjects(ref reader));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return probed;
    }

    private static int CountObjects(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    private static void ReadMessage(ref Utf8JsonReader reader, IListener listener)
    {
        ReadOnlySpan<byte> id = default;
        long seq = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                seq = reader.GetInt64();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        listener.Delivered(id, seq);
    }
}
