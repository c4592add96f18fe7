using Chat.Grains.Storage.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Grains.Storage;

/// <summary>
/// Puts the password, where it is a setting of its own, into the connection string. One that cannot be read stays as it is:
/// the validator names it.
/// </summary>
internal sealed class DatabasePassword : IPostConfigureOptions<ChatDatabaseOptions>
{
    public void PostConfigure(string? name, ChatDatabaseOptions options)
    {
        if (options is { Provider: ChatDatabaseProvider.Postgres, Password: { Length: > 0 } password }
            && ChatDatabaseOptionsValidator.Read(options.ConnectionString) is { Password: null or "" } address)
        {
            address.Password = password;
            options.ConnectionString = address.ConnectionString;
        }
    }
}

/// <summary>
/// Names what is wrong with where the database is, before anything connects. The connection string is never told: a password
/// may stand in it, and a driver's own message quotes the part that it did not understand.
/// </summary>
internal sealed class ChatDatabaseOptionsValidator : IValidateOptions<ChatDatabaseOptions>
{
    private const string Place = $"{ChatDatabaseOptions.Section}:{nameof(ChatDatabaseOptions.ConnectionString)}";
    private const string Secret = $"{ChatDatabaseOptions.Section}:{nameof(ChatDatabaseOptions.Password)}";

    public ValidateOptionsResult Validate(string? name, ChatDatabaseOptions options)
    {
        var wrong = new List<string>();
        if (options.Provider == ChatDatabaseProvider.Postgres)
        {
            Postgres(options, wrong);
        }
        else
        {
            SqliteFile(options, wrong);
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    /// <summary>Null for what the driver does not understand.</summary>
    internal static NpgsqlConnectionStringBuilder? Read(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static void Postgres(ChatDatabaseOptions options, List<string> wrong)
    {
        if (options.ConnectionString == new ChatDatabaseOptions().ConnectionString)
        {
            wrong.Add($"{Place} is missing; with Provider Postgres it is such as Host=db;Database=chat;Username=chat.");
        }
        else if (Read(options.ConnectionString) is not { } address)
        {
            wrong.Add($"{Place} (not shown) is no connection string of PostgreSQL; it is such as Host=db;Database=chat;Username=chat.");
        }
        else
        {
            if (string.IsNullOrEmpty(address.Host))
            {
                wrong.Add($"{Place} (not shown) names no Host.");
            }

            if (options.Password is { Length: > 0 } password && address.Password != password)
            {
                wrong.Add($"{Secret} is given, but {Place} has a password too; one of them is enough.");
            }
        }
    }

    private static void SqliteFile(ChatDatabaseOptions options, List<string> wrong)
    {
        if (!string.IsNullOrEmpty(options.Password))
        {
            wrong.Add($"{Secret} is given, but Provider is Sqlite, which has no passwords.");
        }

        try
        {
            var file = Path.GetFullPath(SqliteEngine.Address(options.ConnectionString).DataSource);
            if (Unwritable(file) is { } reason)
            {
                wrong.Add($"{Place} is the file '{file}', which cannot be used: {reason}");
            }
        }
        catch (UnsafeDatabaseException refused)
        {
            wrong.Add($"{Place}: {refused.Message}");
        }
    }

    /// <summary>
    /// Why a file could not be written there, or null. Looks at the nearest directory that exists and leaves nothing behind; the
    /// file itself is not opened, because closing it would take the locks of whoever has it open in this process.
    /// </summary>
    private static string? Unwritable(string file)
    {
        if (Directory.Exists(file))
        {
            return "it is a directory.";
        }

        var directory = Path.GetDirectoryName(file);
        while (directory is not null && !Path.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory);
        }

        if (!Directory.Exists(directory))
        {
            return $"'{directory}' is no directory.";
        }

        try
        {
            File.Create(Path.Combine(directory, ".chat-" + Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"nothing can be written in '{directory}'.";
        }
    }
}
