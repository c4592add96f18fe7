using BenchmarkDotNet.Attributes;
using Chat.Grains.Conversations;

namespace Chat.Bench.Micro;

/// <summary>One message through the rules of a conversation whose tail is full.</summary>
public class RulesBenchmarks
{
    private readonly ConversationState _state = Given.UnderWay();
    private PostMessage _post = null!;

    /// <summary>The same message each time: its id is not in the tail, as that of a new one is not.</summary>
    [GlobalSetup]
    public void Prepare() => _post = Given.Post(_state);

    /// <summary>The decision.</summary>
    [Benchmark]
    public object Decide() => ConversationRules.Decide(_state, _post, Given.Noon).Event!;

    /// <summary>The decision and the state after it.</summary>
    [Benchmark]
    public object DecideAndApply() => ConversationRules.Apply(_state, ConversationRules.Decide(_state, _post, Given.Noon).Event!);
}
