using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>
/// What the marketplace's back end reports: docs/protocol.md part 8. Each report is signed with the shared secret over its time
/// and its very bytes; its id makes a repeat get the first answer.
/// </summary>
internal static class ReportEndpoint
{
    /// <summary><c>t=&lt;seconds since 1970&gt;,v1=&lt;HMAC-SHA256 of "t.body" in hexadecimal&gt;</c>.</summary>
    public const string SignatureHeader = "X-Chat-Signature";

    private const int BytesMax = 64 * 1024;
    private const int ImageCharsMax = 500;
    private const int TitleCodePointsMax = 300;

    private static readonly JsonDocumentOptions Rules = new() { MaxDepth = 8 };

    private static ChatError BadSignature { get; } = new(ErrorCode.BadSignature, "The report's signature is missing or wrong.");

    private static ChatError NotTaken { get; } = new(ErrorCode.UnknownMethod, "No reports are taken here.");

    private static ChatError TooLarge { get; } = new(ErrorCode.BadRequest, $"The report is not JSON of at most {BytesMax} bytes.", Limit: BytesMax);

    public static void Map(IEndpointRouteBuilder api, MarketplaceOptions options)
    {
        var key = options.Secret is { } secret ? Encoding.UTF8.GetBytes(secret) : null;
        api.MapPost("/marketplace/events", (HttpContext context, IGrainFactory grains, TimeProvider time, IOptions<Policy> policy) =>
                key is null ? Task.FromResult(Refused.Result(NotTaken)) : Take(context, grains, time, policy.Value, key))
            .WithSummary("The marketplace's back end reports what happened to an order; signed, once for each event id")
            .Accepts<ReportWire>("application/json").Produces<ReportReplyWire>()
            .Produces<RefusalWire>(400).Produces<RefusalWire>(401).Produces<RefusalWire>(404).Produces<RefusalWire>(409);
    }

    private static async Task<IResult> Take(HttpContext context, IGrainFactory grains, TimeProvider time, Policy policy, byte[] key)
    {
        var bytes = await ReadBody(context);
        if (bytes is null)
        {
            return Refused.Result(TooLarge);
        }

        if (CheckSignature(context.Request.Headers[SignatureHeader].ToString(), bytes, key, time.GetUtcNow(), policy.ReportTolerance) is { } unsigned)
        {
            return Refused.Result(unsigned);
        }

        JsonElement body;
        try
        {
            using var document = JsonDocument.Parse(bytes, Rules);
            body = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Refused.Result(TooLarge);
        }

        var reader = new RequestReader(body);
        if (!CommandId.TryParse(reader.Text("id"), out var id))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, $"'id' has 1 to {CommandId.CharsMax} letters, digits, '.', '_', ':' and '-'."));
        }

        if (!OrderId.TryParse(reader.Text("order"), out var order))
        {
            reader.Fail(Refusals.NoOrder);
        }

        var command = Read(ref reader, order);
        if (reader.Error is { } malformed)
        {
            return Refused.Result(malformed);
        }

        var reply = await grains.Order(order).Handle(new OrderRequest(id, null, null, command));
        return reply.IsOk ? Results.Json(reply.Value.Receipt.ToWire(), WireJson.Rules) : Refused.Result(reply.Error);
    }

    private static OrderCommand Read(ref RequestReader reader, OrderId order)
    {
        switch (reader.Text("type"))
        {
            case "order.placed":
                return Placed(ref reader, order);
            case "payment.received":
                if (!OrderMapping.TryName<PaymentMethod>(reader.Text("method"), out var method))
                {
                    reader.Fail(new ChatError(ErrorCode.BadRequest, "'method' is card, wallet, bankTransfer or other."));
                }

                return new ReportPayment(Amount(ref reader), method);
            case "parcel.shipped":
                return new ShipParcel(reader.Text("tracking"), reader.OptionalText("carrier"), reader.Items("items"));
            case "refund.granted":
                return new GrantRefund(Amount(ref reader));
            case "refund.paid":
                return new ReportRefundPaid((int)reader.Integer("refund", 1, int.MaxValue));
            default:
                reader.Fail(new ChatError(ErrorCode.BadRequest, "'type' is no report that is known."));
                return new ConfirmReceipt();
        }
    }

    private static PlaceOrder Placed(ref RequestReader reader, OrderId order)
    {
        if (!UserId.TryParse(reader.Text("buyer"), out var buyer))
        {
            reader.Fail(new ChatError(ErrorCode.BadName, "'buyer' is no user."));
        }

        var store = reader.Store("store");
        var lines = new List<OrderLine>();
        foreach (var item in reader.List("lines", Limits.OrderLinesMax))
        {
            var line = new RequestReader(item);
            var product = line.Text("id");
            var title = line.Text("title");
            var image = line.Text("image");
            var price = Amount(ref line);
            var quantity = line.Integer("quantity", 1, Limits.OrderQuantityMax);
            if (!ProductId.TryParse(product, out var id))
            {
                line.Fail(Refusals.NoProduct);
            }

            if (image.Length > ImageCharsMax)
            {
                line.Fail(new ChatError(ErrorCode.BadRequest, "'image' is too long.", Limit: ImageCharsMax));
            }

            if ((line.Error ?? MessageText.Check(title, TitleCodePointsMax)) is { } wrong)
            {
                reader.Fail(wrong);
                break;
            }

            lines.Add(new OrderLine(new ProductCard(id, store, title, price, image), (int)quantity));
        }

        return new PlaceOrder(order, buyer, store, lines);
    }

    private static Money Amount(ref RequestReader reader)
    {
        var minor = reader.Integer("minor", 1, long.MaxValue);
        var currency = reader.Text("currency");
        if (reader.Error is null && !(currency.Length == 3 && currency.All(char.IsAsciiLetterUpper)))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'currency' is an ISO 4217 code."));
        }

        return new Money(minor, currency);
    }

    /// <summary>The time is signed too, so that a report that was overheard is worthless soon.</summary>
    private static ChatError? CheckSignature(string header, byte[] body, byte[] key, DateTimeOffset now, TimeSpan tolerance)
    {
        string? stamp = null;
        string? given = null;
        foreach (var part in header.Split(','))
        {
            (stamp, given) = part.Trim() switch
            {
                ['t', '=', .. var text] => (text, given),
                ['v', '1', '=', .. var text] => (stamp, text),
                _ => (stamp, given),
            };
        }

        if (stamp is null || given is null || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return BadSignature;
        }

        byte[] message = [.. Encoding.UTF8.GetBytes(stamp + "."), .. body];
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(key, message));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given)))
        {
            return BadSignature;
        }

        return Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) <= (decimal)tolerance.TotalSeconds
            ? null
            : new ChatError(ErrorCode.StaleReport, "The report was signed at another time.", Limit: (long)tolerance.TotalSeconds);
    }

    /// <summary>The very bytes; null when there are too many.</summary>
    private static async Task<byte[]?> ReadBody(HttpContext context)
    {
        var buffer = new byte[BytesMax + 1];
        var count = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return count > BytesMax ? null : buffer[..count];
    }
}
