namespace Chat.Bench.Peers;

/// <summary>Just enough XML to find where a stanza ends. Servers of XMPP send no comments, no CDATA, and escape every &gt;.</summary>
internal static class XmlStanza
{
    /// <summary>How long the first whole element is; 0 when there is none yet. A closing tag at the top ends the stream and counts as one.</summary>
    public static int Length(ReadOnlySpan<byte> xml)
    {
        var depth = 0;
        for (var at = 0; ;)
        {
            var open = xml[at..].IndexOf((byte)'<');
            if (open < 0)
            {
                return 0;
            }

            var start = at + open;
            var size = xml[start..].IndexOf((byte)'>');
            if (size < 0)
            {
                return 0;
            }

            at = start + size + 1;
            if (xml[start + 1] == (byte)'/')
            {
                depth--;
            }
            else if (xml[at - 2] != (byte)'/')
            {
                depth++;
            }

            if (depth <= 0)
            {
                return at;
            }
        }
    }

    /// <summary>The value after <paramref name="name"/>, such as <c> id='</c>, in the first tag; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> stanza, ReadOnlySpan<byte> name)
    {
        var tag = stanza[..stanza.IndexOf((byte)'>')];
        var at = tag.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        var value = tag[(at + name.Length)..];
        return value[..value.IndexOf((byte)'\'')];
    }
}
