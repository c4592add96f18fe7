using Chat.Grains.Settings;

namespace Chat.Grains.Storage;

/// <summary>Which database holds everything.</summary>
public enum ChatDatabaseProvider
{
    /// <summary>One file, one process.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or later, any number of processes.</summary>
    Postgres,
}

/// <summary>Where the database is. Bound from the configuration section <see cref="Section"/>.</summary>
public sealed class ChatDatabaseOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chat:Database";

    /// <summary>Which database; default <see cref="ChatDatabaseProvider.Sqlite"/>.</summary>
    public ChatDatabaseProvider Provider { get; set; } = ChatDatabaseProvider.Sqlite;

    /// <summary>
    /// Its ADO.NET connection string. A relative SQLite path is relative to the working directory; its directory is made.
    /// Default <c>Data Source=data/chat.db</c>.
    /// </summary>
    [SecretSetting]
    public string ConnectionString { get; set; } = "Data Source=data/chat.db";

    /// <summary>The password that <see cref="ConnectionString"/> leaves out, for PostgreSQL. Default none.</summary>
    [SecretSetting]
    public string? Password { get; set; }
}
