using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Chat.Bench.Peers;

/// <summary>
/// A minimal XMPP client: TCP, SASL PLAIN, one resource, stream management (XEP-0198). A stanza counts as acknowledged when
/// the server's &lt;a/&gt; covers it: ejabberd handles a stream in order, so the archive has it by then. One question for each write,
/// not for each stanza, to spare the server.
/// </summary>
internal sealed class EjabberdClient : StreamClient, IPeerClient
{
    private const string Header =
        "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

    private readonly Queue<long> _unacked = new();
    private TaskCompletionSource? _present;
    private bool _asks;
    private bool _ended;
    private long _covered;
    private long _handled;

    private EjabberdClient(Socket socket, IListener listener)
        : base(socket, listener)
    {
    }

    public static async Task<EjabberdClient> Connect(Uri server, string user, string token, IListener listener, CancellationToken stop)
    {
        var client = new EjabberdClient(await Sources.Connect(server, stop), listener);
        try
        {
            await client.Ask(Header, "</stream:features>", stop);
            var plain = Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{token}"));
            await client.Ask($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", stop);
            await client.Ask(Header, "</stream:features>", stop);
            await client.Ask("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>", "</iq>", stop);
            await client.Ask("<enable xmlns='urn:xmpp:sm:3'/>", "<enabled xmlns='urn:xmpp:sm:3'/>", stop);
            client._asks = true;
            client.Start();
            await client.Present().WaitAsync(stop);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public void SendMessage(ReadOnlySpan<byte> to, Ledger ledger, long number, ReadOnlySpan<byte> text)
    {
        Span<byte> stanza = stackalloc byte[256 + text.Length];
        var writer = new SpanWriter(stanza);
        writer.Put("<message to='"u8);
        writer.Put(to);
        writer.Put("@localhost' type='chat' id='"u8);
        writer.PutId(ledger, number);
        writer.Put("'><body>"u8);
        writer.Put(text);
        writer.Put("</body></message>"u8);
        lock (Gate)
        {
            _unacked.Enqueue(number);
            Send(writer.Written);
        }
    }

    public Task Watch(IReadOnlyList<string> stores) => throw new NotSupportedException("needs rosters");

    public Task SetPresence(string store, string status) => throw new NotSupportedException("needs rosters");

    protected override void Complete(IBufferWriter<byte> writing)
    {
        if (_asks && _unacked.Count > 0)
        {
            writing.Write("<r xmlns='urn:xmpp:sm:3'/>"u8);
        }
    }

    protected override void SayGoodbye() => Send("</stream:stream>"u8);

    protected override void OnEnded() => _present?.TrySetException(new IOException("the server ended the stream"));

    protected override int Digest(ReadOnlySpan<byte> received)
    {
        var used = 0;
        while (XmlStanza.Length(received[used..]) is var length and > 0)
        {
            Handle(received.Slice(used, length));
            used += length;
        }

        return _ended ? -1 : used;
    }

    /// <summary>Presence is the first stanza: online when the server has counted it.</summary>
    private Task Present()
    {
        _present = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            _unacked.Enqueue(-1);
            Send("<presence/>"u8);
        }

        return _present.Task;
    }

    private async Task Ask(string question, string awaited, CancellationToken stop)
    {
        Send(Encoding.ASCII.GetBytes(question));
        var end = Encoding.ASCII.GetBytes(awaited);
        await ReadUntil(
            received => received.Span.IndexOf("<failure"u8) >= 0
                ? throw new IOException("the server refused: " + Encoding.UTF8.GetString(received.Span))
                : received.Span.IndexOf(end) is var at and >= 0 ? at + end.Length : 0,
            stop);
    }

    private void Handle(ReadOnlySpan<byte> stanza)
    {
        if (stanza.StartsWith("<message"u8))
        {
            _handled++;
            Listener.Delivered(XmlStanza.Attribute(stanza, " id='"u8), 0);
        }
        else if (stanza.StartsWith("<a "u8))
        {
            Cover(Utf8Parser.TryParse(XmlStanza.Attribute(stanza, " h='"u8), out long covered, out _) ? covered : 0);
        }
        else if (stanza.StartsWith("<r "u8))
        {
            Send(Encoding.ASCII.GetBytes(FormattableString.Invariant($"<a xmlns='urn:xmpp:sm:3' h='{_handled}'/>")));
        }
        else if (stanza.StartsWith("<presence"u8) || stanza.StartsWith("<iq"u8))
        {
            _handled++;
        }
        else if (stanza.StartsWith("</"u8) || stanza.StartsWith("<stream:error"u8))
        {
            _ended = true;
        }
    }

    private void Cover(long covered)
    {
        for (; _covered < covered; _covered++)
        {
            long number;
            lock (Gate)
            {
                number = _unacked.Dequeue();
            }

            if (number < 0)
            {
                _present!.TrySetResult();
            }
            else
            {
                Listener.Acked(number, 0, 0);
            }
        }
    }
}
