namespace Chat.Grains.Storage;

/// <summary>Which migrations a database still needs.</summary>
internal static class Migrations
{
    /// <summary>The steps after <paramref name="current"/>, numbered from 1. A database of a later build is refused.</summary>
    public static IEnumerable<(int Version, string Sql)> After(int current, IReadOnlyList<string> all)
    {
        if (current > all.Count)
        {
            throw new InvalidOperationException(
                $"The database has schema version {current}; this build knows versions up to {all.Count}. Start a later build.");
        }

        return all.Select(static (sql, i) => (i + 1, sql)).Skip(current);
    }
}
