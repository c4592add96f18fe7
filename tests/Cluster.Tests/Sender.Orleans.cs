using System.Diagnostics;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Chat.Cluster.Tests;

/// <summary>One member of a conversation who writes as a client does: an unanswered message is repeated under its id.</summary>
internal sealed class Sender(ConversationId conversation, PrincipalId member, UserId by)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Id and place of each acknowledged message, in the order they were sent.</summary>
    public List<(Guid Id, long Seq)> Acknowledged { get; } = [];

    public async Task Send(IGrainFactory grains, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Send(grains, new PostMessage(Guid.CreateVersion7(), member, by, $"{by} {Acknowledged.Count}"));
        }
    }

    private async Task Send(IGrainFactory grains, PostMessage message)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var (reply, failure) = await Try(grains, message);
            if (reply is not null)
            {
                Acknowledged.Add((message.Id, reply.Seq));
                return;
            }

            if (clock.Elapsed > GiveUpAfter)
            {
                throw new TimeoutException($"Not acknowledged within {GiveUpAfter.TotalSeconds} s; the last answer was {failure}.");
            }

            await Task.Delay(RepeatAfter);
        }
    }

    private async Task<(PostMessageReply? Reply, object? Failure)> Try(IGrainFactory grains, PostMessage message)
    {
        try
        {
            var result = await grains.Conversation(conversation).Post(message);
            Assert.True(result.IsOk || result.Error.IsTemporary, result.Error?.ToString());
            return (result.Value, result.Error);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException or StorageUnavailableException)
        {
            return (null, failure.Message);
        }
    }
}
