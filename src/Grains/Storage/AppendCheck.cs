using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>What no append may break, checked before it can cost others a transaction.</summary>
internal static class AppendCheck
{
    /// <summary>
    /// Whether the request is one step of its conversation: the next version, and messages that are gapless up to the new
    /// head, with distinct ids and text that survives UTF-8 (a lone surrogate would come back as another character).
    /// </summary>
    public static bool IsSound(AppendRequest request)
    {
        var row = request.Row;
        var count = request.Messages.Count;
        if (request.ExpectedVersion < 0 || row.Version != request.ExpectedVersion + 1 || count > Limits.ConversationBatchMax)
        {
            return false;
        }

        var seq = row.Head - count;
        if (seq < 0 || request.ExpectedVersion == 0 && seq != 0)
        {
            return false;
        }

        // Nearly always there is one, which equals no other.
        var ids = count > 1 ? new HashSet<(PrincipalId, Guid)>(count) : null;
        foreach (var message in request.Messages)
        {
            if (message.Seq != ++seq || message.Change > row.Change || ids?.Add((message.Sender, message.Id)) == false || !IsSound(message))
            {
                return false;
            }
        }

        return IsUnicode(row.BuyerName) && IsUnicode(row.StoreName) && IsSound(row.Product);
    }

    private static bool IsSound(Message message) => IsUnicode(message.Body) && IsSound(message.Product);

    private static bool IsSound(ProductCard? product) =>
        product is null || IsUnicode(product.Title) && IsUnicode(product.Image) && IsUnicode(product.Price.Currency);

    private static bool IsUnicode(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (var i = first < 0 ? text.Length : first; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
