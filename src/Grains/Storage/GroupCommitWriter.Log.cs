using Chat.Grains.Shared;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

internal sealed partial class GroupCommitWriter
{
    [LoggerMessage(Level = LogLevel.Error, Message = "An append to {Conversation} is no sound step of its conversation; refused.")]
    private partial void LogUnsound(ConversationId conversation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database cannot hold an append to {Conversation} ({Reason}); refused.")]
    private partial void LogRejected(ConversationId conversation, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Requests} appends failed; their outcome is unknown.")]
    private partial void LogUnknown(int requests, Exception failure);
}
