using System.Data.Common;
using Chat.EmbeddedHost;
using Chat.Grains;
using Chat.Grains.Storage;
using Chat.Silo;
using Chat.WebFront.Options;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Chat.WebFront.Hosting;

/// <summary>Where the grains live: in this process, always.</summary>
internal static class GrainHosting
{
    /// <summary>State calls that use the database at once; SQLite gains nothing from more.</summary>
    private const int StateParallel = 4;

    /// <summary>The grain host of this build, for people.</summary>
    public const string Name = "embedded grain host";

    /// <summary>Why this build cannot be what the settings ask for, or null.</summary>
    public static string? Refusal(HostMode mode) => mode == HostMode.Single
        ? null
        : $"Chat:Mode {mode} needs Orleans, and this build uses the embedded host, which is one process by design.";

    /// <summary>Adds the grains; a mode that is refused never gets to start.</summary>
    public static void AddGrains(this WebApplicationBuilder builder, HostMode mode)
    {
        var silo = builder.Configuration.GetSection(ChatSiloOptions.Section).Get<ChatSiloOptions>() ?? new ChatSiloOptions();
        builder.Services.AddChatGrains(builder.Configuration);
        builder.Services.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(ChatGrains).Assembly);
            options.ServiceId = silo.ServiceId;
        });
        builder.Services.AddSingleton(provider => OpenStateSource(provider.GetRequiredService<ChatDatabase>()));
        builder.Services.AddAdoGrainState(StateStorage.Name, provider => provider.GetRequiredService<DbDataSource>(), StateStorage.Json, StateParallel);
        builder.Services.AddAdoReminders(provider => provider.GetRequiredService<DbDataSource>());
    }

    /// <summary>The driver that Orleans would load for the same database.</summary>
    private static DbDataSource OpenStateSource(ChatDatabase database)
    {
        DbProviderFactory driver = database.Invariant == "Npgsql" ? NpgsqlFactory.Instance : SqliteFactory.Instance;
        return driver.CreateDataSource(database.ConnectionString);
    }
}
