namespace Chat.Grains.Storage;

/// <summary>
/// Writes batches, one at a time, each in one transaction. Owned by one <see cref="GroupCommitWriter"/>. After any
/// exception the next call starts afresh, on a new connection where the old one may be broken.
/// </summary>
internal interface ICommitBatch : IAsyncDisposable
{
    /// <summary>
    /// Commits the requests, no two of one conversation, and returns their fates in the same order once the commit is
    /// durable: stored, fenced or duplicate. Throws <see cref="BadContentException"/> when the database took offence at
    /// the content of some request, in which case nothing was stored; any other exception leaves the fate open.
    /// </summary>
    Task<AppendStatus[]> Commit(IReadOnlyList<AppendRequest> requests);
}

/// <summary>Nothing of the batch is stored, because some request's content cannot be.</summary>
internal sealed class BadContentException(Exception inner) : Exception("The database refuses the content.", inner);
