using System.Text.Json;
using Chat.Grains.Shared;

namespace Chat.WebFront.Api;

/// <summary>Reads a request's JSON, bounded.</summary>
internal static class RequestBody
{
    /// <summary>The longest text of a review fits, also with every code point written as two escapes.</summary>
    private const int BytesMax = 40 * 1024;

    private static readonly JsonDocumentOptions Rules = new() { MaxDepth = 8 };

    /// <summary>The body as JSON, or the refusal when it is too large or no JSON.</summary>
    public static async Task<(JsonElement Body, ChatError? Malformed)> Read(HttpContext context)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BytesMax;
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, Rules, context.RequestAborted);
            return (document.RootElement.Clone(), null);
        }
        catch (Exception error) when (error is JsonException or BadHttpRequestException)
        {
            return (default, new ChatError(ErrorCode.BadRequest, $"The body is not JSON of at most {BytesMax} bytes.", Limit: BytesMax));
        }
    }
}
