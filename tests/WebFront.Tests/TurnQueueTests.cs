using Chat.WebFront.Connections;

namespace Chat.WebFront.Tests;

/// <summary>One at a time, in order, whatever those inside do.</summary>
public sealed class TurnQueueTests
{
    private TurnQueue _turns;

    [Fact]
    public void Who_finds_nobody_inside_does_not_wait()
    {
        var first = _turns.Enter(out var turn);
        _turns.Leave(turn);
        var second = _turns.Enter(out _);

        Assert.Equal((true, true), (first.IsCompletedSuccessfully, second.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Each_waits_for_all_before_it()
    {
        _ = _turns.Enter(out var first);
        var second = _turns.Enter(out var secondTurn);
        var third = _turns.Enter(out _);
        var waiting = (second.IsCompleted, third.IsCompleted);

        _turns.Leave(first);
        await second;
        var after = third.IsCompleted;
        _turns.Leave(secondTurn);
        await third;

        Assert.Equal(((false, false), false), (waiting, after));
    }

    /// <summary>The last one in decides whether it is empty, not the one that leaves.</summary>
    [Fact]
    public void Who_comes_while_somebody_leaves_waits_for_those_still_inside()
    {
        _ = _turns.Enter(out var first);
        _ = _turns.Enter(out _);
        _turns.Leave(first);

        Assert.False(_turns.Enter(out _).IsCompleted);
    }

    [Fact]
    public async Task Many_never_meet_inside_and_go_in_the_order_they_came()
    {
        var inside = 0;
        var met = 0;
        var order = new List<int>();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(Visit));

        Assert.Equal(0, met);
        Assert.Equal(Enumerable.Range(0, 500), order);

        async Task Visit(int number)
        {
            await _turns.Enter(out var turn);
            try
            {
                met += Interlocked.Increment(ref inside) - 1;
                order.Add(number);
                await Task.Yield();
                if (number % 7 == 0)
                {
                    throw new InvalidOperationException("Whoever fails inside leaves all the same.");
                }
            }
            catch (InvalidOperationException)
            {
                // Only its leaving is looked at.
            }
            finally
            {
                Interlocked.Decrement(ref inside);
                _turns.Leave(turn);
            }
        }
    }
}
