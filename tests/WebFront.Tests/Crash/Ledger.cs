namespace Chat.WebFront.Tests.Crash;

/// <summary>Compares what senders were told with what is stored.</summary>
internal static class Ledger
{
    /// <summary>
    /// The stored seqs have no gap and no id twice, every acknowledged message is where its sender was told, and each
    /// sender's messages rise in the order they were sent.
    /// </summary>
    public static void AssertKept(
        IReadOnlyList<(long Seq, string Sender, Guid Id)> stored,
        IEnumerable<IReadOnlyList<(Guid Id, long Seq)>> acknowledgedBySender)
    {
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(seq => (long)seq), stored.Select(message => message.Seq));
        Assert.Equal(stored.Count, stored.Select(message => (message.Sender, message.Id)).Distinct().Count());
        var places = stored.ToDictionary(message => message.Id, message => message.Seq);
        foreach (var acknowledged in acknowledgedBySender)
        {
            Assert.All(acknowledged, message => Assert.Equal(message.Seq, places.GetValueOrDefault(message.Id)));
            Assert.Equal(acknowledged.Select(message => message.Seq).Order(), acknowledged.Select(message => message.Seq));
        }
    }
}
