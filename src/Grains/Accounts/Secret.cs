using Orleans;

namespace Chat.Grains.Accounts;

/// <summary>
/// What may cross a grain call and stand in no log: a password's hash, a key. Hosts write whole calls, with the text of their
/// arguments and results, where they cannot deliver one.
/// </summary>
[GenerateSerializer, Immutable, Alias("Secret")]
public sealed record Secret([property: Id(0)] string Value)
{
    /// <summary>Without the value.</summary>
    public override string ToString() => "(secret)";
}
