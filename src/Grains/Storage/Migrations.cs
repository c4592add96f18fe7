namespace Chat.Grains.Storage;

/// <summary>Which migrations a database still needs, and whether this build may use it at all.</summary>
internal static class Migrations
{
    /// <summary>
    /// The version of a database, and the oldest program that its steps after number @known need; 0 when there are none. A row
    /// without an answer was written before steps declared it: then only programs that know the step will do.
    /// </summary>
    public const string StateSql = """
        SELECT coalesce(max(version), 0),
            coalesce(max(CASE WHEN version > @known THEN CASE WHEN coalesce(oldest, 0) = 0 THEN version ELSE oldest END END), 0)
        FROM schema_version
        """;

    /// <summary>
    /// The steps after <paramref name="current"/>, numbered from 1; none for a database of a later build that this build can live
    /// with. Throws <see cref="UnsafeDatabaseException"/> for one that it cannot.
    /// </summary>
    /// <param name="current">The database's version.</param>
    /// <param name="needed">The oldest program, by the steps it knows, that the steps unknown here need.</param>
    /// <param name="all">The steps of this build.</param>
    public static IEnumerable<(int Version, SchemaStep Step)> After(int current, int needed, IReadOnlyList<SchemaStep> all)
    {
        if (needed > all.Count)
        {
            throw new UnsafeDatabaseException(
                $"It has schema version {current}, which needs a program that knows version {needed} or later; this program knows versions up to "
                + $"{all.Count}. Start the later program, or restore a copy of the database from before the upgrade.");
        }

        return all.Select(static (step, i) => (i + 1, step)).Skip(current);
    }
}
