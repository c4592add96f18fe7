using System.Buffers.Text;
using System.Text.Json;

namespace Chat.Bench;

internal enum HubRecordType
{
    Invocation = 1,
    Completion = 3,
    Ping = 6,
    Close = 7,
}

/// <summary>One record from the server, read without allocating; message events go to the listener on the way.</summary>
internal ref struct HubRecord
{
    /// <summary>Refusals without a number of ours, such as a failed completion.</summary>
    private const int UnnumberedError = -1;

    private HubEvents _target;

    public HubRecordType Type { get; private set; }

    /// <summary>The number of a send, for a completion of one.</summary>
    public long Number { get; private set; }

    /// <summary>The name of a call off the hot path, for a completion of one.</summary>
    public string? CallId { get; private set; }

    /// <summary>0 for ok.</summary>
    public int Error { get; private set; }

    public long Seq { get; private set; }

    /// <summary>Whether the server asked if this client reads.</summary>
    public bool IsProbe { get; private set; }

    public static HubRecord Parse(ReadOnlySpan<byte> record, IListener listener)
    {
        var parsed = default(HubRecord);
        var reader = new Utf8JsonReader(record);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                parsed.Type = (HubRecordType)reader.GetInt32();
            }
            else if (reader.ValueTextEquals("invocationId"u8))
            {
                reader.Read();
                parsed.ReadInvocation(ref reader);
            }
            else if (reader.ValueTextEquals("result"u8) && parsed.CallId is null)
            {
                reader.Read();
                parsed.ReadResult(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                parsed.Error = UnnumberedError;
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                parsed.IsProbe = parsed._target.Read(ref reader, listener);
            }
            else if (reader.ValueTextEquals("target"u8))
            {
                reader.Read();
                parsed._target = HubEvents.Of(in reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return parsed;
    }

    private void ReadInvocation(ref Utf8JsonReader reader)
    {
        if (Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used) && used == reader.ValueSpan.Length)
        {
            Number = number;
        }
        else
        {
            CallId = reader.GetString();
        }
    }

    private void ReadResult(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                Seq = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                Error = reader.TokenType == JsonTokenType.StartObject ? ReadError(ref reader) : 0;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static int ReadError(ref Utf8JsonReader reader)
    {
        var code = UnnumberedError;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = reader.ValueTextEquals("code"u8);
            reader.Read();
            if (isCode)
            {
                code = reader.GetInt32();
            }
            else
            {
                reader.Skip();
            }
        }

        return code;
    }
}
