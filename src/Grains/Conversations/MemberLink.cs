using System.Diagnostics;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Telemetry;

namespace Chat.Grains.Conversations;

/// <summary>
/// The way from a conversation to one member's front ends: straight to them where the member's grain is in this process, else
/// through that grain. One call in flight, so that pushes arrive in order; what waits meanwhile goes as one batch. When a call
/// fails or too much waits, a resync takes the place of what is lost. Runs on the conversation's turns, hence needs no lock.
/// </summary>
internal sealed class MemberLink(PrincipalId member, IRecipient recipient, NearbyRecipients nearby, Action<Exception> lost)
{
    private List<Push> _waiting = [];
    private bool _sending;

    /// <summary>Queues a push. Never waits, never fails.</summary>
    public void Send(Push push)
    {
        if (!_sending && _waiting.Count == 0 && TryTell([push]))
        {
            return;
        }

        if (_waiting.Count >= Limits.MemberQueueMax)
        {
            _waiting.Clear();
            _waiting.Add(new ResyncPush("overflow"));
        }

        _waiting.Add(push);
        if (!_sending)
        {
            _sending = true;
            _ = Drain();
        }
    }

    private bool TryTell(Push[] pushes)
    {
        if (!nearby.TryTell(member, pushes))
        {
            return false;
        }

        Begin(pushes)?.Dispose();
        return true;
    }

    private static Activity? Begin(IReadOnlyList<Push> pushes) =>
        ChatTracing.IsOn ? ChatTracing.Begin("fan-out", ActivityKind.Producer, ChatTracing.CausesOf(pushes)) : null;

    private async Task Drain()
    {
        ChatTracing.LeaveSpan();
        while (_waiting.Count > 0)
        {
            var batch = _waiting;
            _waiting = [];
            using var span = Begin(batch);
            try
            {
                await recipient.Tell(batch);
            }
            catch (Exception error)
            {
                // It may or may not have arrived. No repeat now, which would only hammer what is broken: a resync goes
                // first with whatever comes next, and the front ends' renewal notices a lost activation by itself.
                lost(error);
                _waiting.Insert(0, new ResyncPush("lost"));
                break;
            }
        }

        _sending = false;
    }
}
