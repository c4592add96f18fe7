using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Chat.Grains;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Connections;
using Chat.WebFront.Presence;
using Chat.WebFront.Tests.Support;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Tests;

/// <summary>What a watcher is told when words about a store overtake each other on their way: the newest, whichever way it came.</summary>
public sealed class PresenceWatchTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    [Fact]
    public async Task An_answer_that_waited_for_another_store_tells_what_was_pushed_meanwhile()
    {
        var (quick, slow) = (await fixture.NewPair(), await fixture.NewPair());
        await using var client = await HubClient.Enter(fixture.Front.Address, quick.Buyer.Token);
        var connection = ConnectionOf(quick.Buyer);
        var way = SlowWay.To(fixture.Front.Grains, slow.Store);
        var watches = Watches(way);
        Assert.Equal(PresenceStatus.Offline, Status(await watches.Replace(connection, [quick.Store]), quick.Store));

        var answer = watches.Replace(connection, [quick.Store, slow.Store]);
        await way.Asked;
        await using var seller = await HubClient.Enter(fixture.Front.Address, quick.Seller.Token);
        watches.Publish(await Online(quick.Store));
        way.Answer();

        Assert.Equal(PresenceStatus.Online, Status(await answer, quick.Store));
    }

    [Fact]
    public async Task An_older_answer_does_not_replace_what_was_pushed_while_it_was_on_its_way()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var way = SlowWay.To(fixture.Front.Grains, pair.Store);
        var watches = Watches(way);

        var answer = watches.Replace(ConnectionOf(pair.Buyer), [pair.Store]);
        await way.Asked;
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        watches.Publish(await Online(pair.Store));
        way.Answer();

        Assert.Equal(PresenceStatus.Online, Status(await answer, pair.Store));
        Assert.Equal(2, way.Questions);
    }

    private static PresenceStatus Status(IEnumerable<PresenceWire> told, StoreId store) =>
        Enum.Parse<PresenceStatus>(told.Single(one => one.Store == store.Value).Status, ignoreCase: true);

    /// <summary>What the grain says once the seller has come, so that it is right however often it is asked again.</summary>
    private async Task<PresenceView> Online(StoreId store)
    {
        PresenceView? now = null;
        await Eventually.True(async () => (now = await fixture.Front.Grains.Presence(store).Get()).Status == PresenceStatus.Online);
        return now!;
    }

    private ClientConnection ConnectionOf(Person person) =>
        fixture.Front.Service<ConnectionDirectory>().Find(person.Id)!.Connections.Single();

    /// <summary>Beside the front's own, over the same grains.</summary>
    private PresenceWatches Watches(SlowWay way) => new(
        way.Factory,
        fixture.Front.Service<StoreNames>(),
        fixture.Front.Service<FrontIdentity>(),
        TimeProvider.System,
        fixture.Front.Service<IOptions<Policy>>(),
        NullLogger<PresenceWatches>.Instance);

    /// <summary>The real grains; what the one of a single store answers first stays on its way until it is let go.</summary>
    private sealed class SlowWay
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _questions;

        private SlowWay(IGrainFactory grains, string key)
        {
            Factory = Proxy.Of(grains, (method, arguments, result) =>
                method.Name == nameof(IGrainFactory.GetGrain) && result is ISellerPresenceGrain grain && key.Equals(arguments[0])
                    ? Proxy.Of(grain, (asked, _, told) => asked.Name == nameof(ISellerPresenceGrain.Watch) ? Delay((Task<PresenceView>)told!) : told)
                    : result);
        }

        public IGrainFactory Factory { get; }

        /// <summary>Ends when the first question has reached the grain and was answered there.</summary>
        public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public int Questions => _questions;

        public static SlowWay To(IGrainFactory grains, StoreId store) => new(grains, PrincipalId.Of(store).Value);

        public void Answer() => _answer.SetResult();

        private async Task<PresenceView> Delay(Task<PresenceView> told)
        {
            var first = Interlocked.Increment(ref _questions) == 1;
            var view = await told;
            if (first)
            {
                _asked.SetResult();
                await _answer.Task;
            }

            return view;
        }
    }

    /// <summary>Calls the real thing and may put something else in the place of its answer.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy makes a subtype of it.")]
    private class Proxy : DispatchProxy
    {
        private object _real = null!;
        private Func<MethodInfo, object?[], object?, object?> _answer = null!;

        public static T Of<T>(T real, Func<MethodInfo, object?[], object?, object?> answer)
            where T : class
        {
            var made = Create<T, Proxy>();
            var proxy = (Proxy)(object)made;
            (proxy._real, proxy._answer) = (real, answer);
            return made;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            _answer(targetMethod!, args ?? [], targetMethod!.Invoke(_real, args));
    }
}
