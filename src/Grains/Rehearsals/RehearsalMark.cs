using Chat.Grains.Storage;

namespace Chat.Grains.Rehearsals;

/// <summary>Which databases may be rehearsed in: one that held nothing when the first rehearsal began keeps a mark of it.</summary>
internal static class RehearsalMark
{
    /// <summary>A table of at most one row.</summary>
    public const string CreateSql = "CREATE TABLE IF NOT EXISTS rehearsal (mark text NOT NULL)";

    /// <summary>The mark, or an empty text.</summary>
    public const string FindSql = "SELECT coalesce(max(mark), '') FROM rehearsal";

    /// <summary>0 when nobody has ever stored anything.</summary>
    public const string InUseSql = "SELECT count(*) FROM (SELECT 1 FROM grain_state UNION ALL SELECT 1 FROM message LIMIT 1) AS something";

    /// <summary>Marks the database.</summary>
    public const string WriteSql = "INSERT INTO rehearsal (mark) VALUES (@mark)";

    /// <summary>
    /// Whether the mark must be written now. Throws <see cref="UnsafeDatabaseException"/> when this process must not use the
    /// database: what it would store, or make of what is stored, would be wrong by months.
    /// </summary>
    /// <param name="found">What <see cref="FindSql"/> tells.</param>
    /// <param name="wanted">The mark of this process's settings; null when it is in no rehearsal.</param>
    /// <param name="isInUse">Whether anything is stored.</param>
    public static bool MustWrite(string found, string? wanted, bool isInUse) => (found, wanted, isInUse) switch
    {
        ("", null, _) => false,
        ("", _, true) => throw new UnsafeDatabaseException(
            $"{RehearsalOptions.Section} asks for a fast clock, and this database was in use before any rehearsal: its orders would expire within minutes. Take an empty database, or leave the section out."),
        ("", _, false) => true,
        (_, null, _) => throw new UnsafeDatabaseException(
            $"This database was made by a rehearsal ({found}): its dates are no real ones. Take another, or set {RehearsalOptions.Section} as it was."),
        _ when found != wanted => throw new UnsafeDatabaseException(
            $"This database is of a rehearsal with another clock ({found}), and {RehearsalOptions.Section} says: {wanted}. All processes have the same, from the first to the last."),
        _ => false,
    };
}
