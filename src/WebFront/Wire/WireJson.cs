using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Chat.WebFront.Wire;

/// <summary>How every shape of the wire is written. Generated at compile time: no reflection on the hot path.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RefusalWire))]
[JsonSerializable(typeof(DoneReply))]
[JsonSerializable(typeof(HelloReply))]
[JsonSerializable(typeof(ContactReply))]
[JsonSerializable(typeof(SendReply))]
[JsonSerializable(typeof(HistoryReply))]
[JsonSerializable(typeof(ResumeReply))]
[JsonSerializable(typeof(MarkReply))]
[JsonSerializable(typeof(InboxReply))]
[JsonSerializable(typeof(WatchReply))]
[JsonSerializable(typeof(DutyReply))]
[JsonSerializable(typeof(MessageEvent))]
[JsonSerializable(typeof(ReceiptEvent))]
[JsonSerializable(typeof(TypingEvent))]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(ResyncEvent))]
[JsonSerializable(typeof(StoresEvent))]
[JsonSerializable(typeof(ProbeEvent))]
[JsonSerializable(typeof(ClosingEvent))]
[JsonSerializable(typeof(SessionWire))]
[JsonSerializable(typeof(MeWire))]
[JsonSerializable(typeof(DemoWire))]
[JsonSerializable(typeof(StoreDetailsWire))]
[JsonSerializable(typeof(StoresWire))]
[JsonSerializable(typeof(ProductsWire))]
[JsonSerializable(typeof(ProductDetailsWire))]
[JsonSerializable(typeof(OrderWire))]
[JsonSerializable(typeof(OrdersWire))]
[JsonSerializable(typeof(OrderReplyWire))]
[JsonSerializable(typeof(ReportReplyWire))]
[JsonSerializable(typeof(PolicyWire))]
[JsonSerializable(typeof(ReviewWire))]
[JsonSerializable(typeof(OrderReviewsWire))]
[JsonSerializable(typeof(ReviewsWire))]
[JsonSerializable(typeof(HeldWire))]
[JsonSerializable(typeof(HeldListWire))]
[JsonSerializable(typeof(Operator.ClusterWire))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class WireJson : JsonSerializerContext
{
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <summary>Never inside HTML: escaping every letter beyond ASCII would double what most of the world writes.</summary>
    private static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Applies the same rules to options that ASP.NET Core owns.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

        options.Encoder = Encoder;
        options.TypeInfoResolverChain.Insert(0, Default);
    }

    /// <summary>
    /// Writes a shape by the code that was generated for it. <see cref="Rules"/> cannot use that, because of their encoder, and walk
    /// a description of the shape instead, which costs several times as much.
    /// </summary>
    public static void Write<T>(IBufferWriter<byte> output, T shape)
    {
        var json = t_writer ??= new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });
        json.Reset(output);
        Generated<T>.Write(json, shape);
        json.Flush();
    }

    /// <summary>The rules, ready to use.</summary>
    public static JsonSerializerOptions Rules => Made.Value;

    /// <summary>Made at first use: the generated half of this class must have been initialized before.</summary>
    private static readonly Lazy<JsonSerializerOptions> Made = new(Make);

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static class Generated<T>
    {
        public static Action<Utf8JsonWriter, T> Write { get; } = ((JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!).SerializeHandler!;
    }
}
