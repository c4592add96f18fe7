namespace Chat.Silo;

/// <summary>A silo as <see cref="CutRules"/> sees it.</summary>
/// <param name="Endpoint">Its address, which no other silo of the moment has.</param>
/// <param name="StartedAt">When it started, in any unit that all silos share.</param>
internal readonly record struct CutMember(string Endpoint, long StartedAt);

/// <summary>
/// Who has to go when silos cannot reach each other. Orleans votes about a silo that nobody reaches; one that a third silo
/// reaches is vouched for, and the two that are cut from each other would stay so. Pure.
/// </summary>
internal static class CutRules
{
    /// <summary>
    /// Those that <paramref name="me"/> has to declare dead. The side that reaches more than half of the active silos decides
    /// about those it has not reached for a while (<paramref name="unreached"/>); of two that only miss each other the older one
    /// stays, so that exactly one of them decides. Where no side is so large nobody would decide: then the oldest does, about
    /// those it has not reached for twice as long (<paramref name="longUnreached"/>). Had it been cut from a larger side, the
    /// votes of that one would have ended it by then. <paramref name="reached"/> are those that answered all that while, so that
    /// silos that find each other again one after the other harm nobody.
    /// </summary>
    public static IReadOnlyList<CutMember> MustGo(
        CutMember me,
        IReadOnlyCollection<CutMember> active,
        IReadOnlyCollection<CutMember> reached,
        IReadOnlyCollection<CutMember> unreached,
        IReadOnlyCollection<CutMember> longUnreached)
    {
        var others = active.Where(other => other != me).ToArray();
        var side = 1 + others.Intersect(reached).Count();
        var gone = 2 * side > active.Count ? unreached
            : others.All(other => IsOlder(me, other)) ? longUnreached
            : [];
        return [.. others.Intersect(gone).Where(other => IsOlder(me, other))];
    }

    private static bool IsOlder(CutMember one, CutMember other) =>
        (one.StartedAt, string.CompareOrdinal(one.Endpoint, other.Endpoint)).CompareTo((other.StartedAt, 0)) < 0;
}
