using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Grains.Storage;

/// <summary>Registers the storage.</summary>
public static class ChatStorageExtensions
{
    /// <summary>
    /// Has the process write what the log has accepted before its grains go. To be called after the grain host was added:
    /// hosted services stop in the reverse order.
    /// </summary>
    public static IServiceCollection AddLogFlush(this IServiceCollection services) => services.AddHostedService<LogFlush>();

    /// <summary>
    /// Adds <see cref="ChatDatabase"/>, <see cref="IConversationLog"/>, <see cref="IRatingLog"/> and the readers of lists and deadlines over the database of
    /// <see cref="ChatDatabaseOptions.Section"/>. The host must await <see cref="ChatDatabase.Prepare"/> before it starts.
    /// What waits in the logs' queues is written when the container is disposed of.
    /// </summary>
    public static IServiceCollection AddChatStorage(this IServiceCollection services)
    {
        services.AddOptions<ChatDatabaseOptions>().BindConfiguration(ChatDatabaseOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<ChatDatabaseOptions>, DatabasePassword>();
        services.AddSingleton<IValidateOptions<ChatDatabaseOptions>, ChatDatabaseOptionsValidator>();
        services.AddSingleton<ChatDatabase>();
        services.AddSingleton<StopStage>();
        services.AddSingleton<IConversationLog, SqlConversationLog>();
        services.AddSingleton<IRatingLog, SqlRatingLog>();
        services.AddSingleton<IInboxReader, SqlInboxReader>();
        services.AddSingleton<SqlOrderReader>();
        services.AddSingleton<IOrderReader>(provider => provider.GetRequiredService<SqlOrderReader>());
        services.AddSingleton<IDeadlineReader>(provider => provider.GetRequiredService<SqlOrderReader>());
        services.AddSingleton<IReviewReader, SqlReviewReader>();
        services.AddSingleton<IWakeReader, SqlWakeReader>();
        return services;
    }
}
