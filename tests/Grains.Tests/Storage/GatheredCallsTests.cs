using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>Many questions, few goes.</summary>
public sealed class GatheredCallsTests
{
    [Fact]
    public async Task What_is_asked_while_a_go_is_under_way_is_answered_by_the_next_one_together()
    {
        var begun = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var goes = new List<int[]>();
        var calls = new GatheredCalls<int, int>(1, 100, 100, async asked =>
        {
            goes.Add([.. asked]);
            begun.TrySetResult();
            await hold.Task;
            return [.. asked.Select(one => one * 10)];
        });

        var first = calls.Ask(1);
        await begun.Task;
        var others = Enumerable.Range(2, 50).Select(calls.Ask).ToArray();
        hold.SetResult();

        Assert.Equal(10, await first);
        Assert.Equal(Enumerable.Range(2, 50).Select(one => one * 10), await Task.WhenAll(others));
        Assert.Equal([1], goes[0]);
        Assert.Equal(Enumerable.Range(2, 50), Assert.Single(goes.Skip(1)));
    }

    [Fact]
    public async Task A_go_that_fails_fails_those_it_was_for_and_nobody_after_them()
    {
        var goes = 0;
        var calls = new GatheredCalls<int, int>(
            2, 100, 100, asked => ++goes == 1 ? throw new TimeoutException() : Task.FromResult(asked.ToArray()));

        await Assert.ThrowsAsync<TimeoutException>(() => calls.Ask(1));
        Assert.Equal(2, await calls.Ask(2));
    }

    [Fact]
    public async Task Beyond_the_bound_nothing_waits()
    {
        var begun = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        var calls = new GatheredCalls<int, int>(1, 100, 2, async asked =>
        {
            begun.TrySetResult();
            await hold.Task;
            return asked.ToArray();
        });

        var first = calls.Ask(0);
        await begun.Task;
        Task<int>[] waiting = [calls.Ask(1), calls.Ask(2)];
        await Assert.ThrowsAsync<StorageUnavailableException>(() => calls.Ask(3));
        hold.SetResult();

        Assert.Equal(0, await first);
        Assert.Equal(3, (await Task.WhenAll(waiting)).Sum());
        Assert.Equal(4, await calls.Ask(4));
    }
}
