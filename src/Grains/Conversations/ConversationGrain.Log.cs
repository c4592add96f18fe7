using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    [LoggerMessage(1, LogLevel.Warning, "Conversation {Conversation} steps aside: append was {Status}")]
    private partial void LogSteppedAside(ConversationId conversation, AppendStatus status);

    [LoggerMessage(2, LogLevel.Warning, "Conversation {Conversation} cannot be read")]
    private partial void LogUnavailable(ConversationId conversation, Exception error);

    [LoggerMessage(3, LogLevel.Error, "Writing conversation {Conversation} failed")]
    private partial void LogWriteFailed(ConversationId conversation, Exception error);

    [LoggerMessage(4, LogLevel.Information, "Pushes to {Member} were lost")]
    private partial void LogPushLost(PrincipalId member, Exception error);

    [LoggerMessage(5, LogLevel.Warning, "Conversation {Conversation} was written by another activation; it is read again")]
    private partial void LogLeftBehind(ConversationId conversation);
}
