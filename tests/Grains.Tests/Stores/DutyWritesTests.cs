using System.Diagnostics;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.Grains.Tests.Hosting;

namespace Chat.Grains.Tests.Stores;

/// <summary>What a change of duty writes, on the host of this build over a real database.</summary>
public sealed class DutyWritesTests : IAsyncLifetime
{
    private static readonly StoreId Store = new("casa-lumbre");
    private static readonly UserId Owner = new("elena");
    private static readonly FrontId Front = new("front-1");

    /// <summary>Longer than anything is put off.</summary>
    private static readonly TimeSpan PutOffAtMost = TimeSpan.FromSeconds(20);

    private GrainHostFixture _host = null!;

    public async Task InitializeAsync() => _host = await GrainHostFixture.StartProduct(static _ => { });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Each_change_is_one_write_and_what_was_delivered_is_taken_off_with_the_next_or_soon()
    {
        await _host.Grains.Store(Store).Open("Casa Lumbre", Owner);
        var before = await Version("store");
        for (var change = 1; change <= 6; change++)
        {
            var agent = await _host.Grains.Store(Store).SetDuty(Owner, change % 2 == 0 ? DutyState.OnDuty : DutyState.OffDuty);
            Assert.Equal(change, agent.Value!.Changes);
        }

        Assert.Equal(before + 6, await Version("store"));
        await Until(async () => (await Payload("store")).Contains("\"outbox\":[]", StringComparison.Ordinal));
        Assert.Equal(before + 7, await Version("store"));
    }

    [Fact]
    public async Task What_a_restart_finds_delivered_but_not_taken_off_is_told_again_and_taken_off()
    {
        await _host.Grains.Store(Store).Open("Casa Lumbre", Owner);
        await _host.Grains.Store(Store).SetDuty(Owner, DutyState.OffDuty);
        _host = await _host.Restart();

        Assert.False((await _host.Grains.Store(Store).GetAgent(Owner))!.OnDuty);
        await Until(async () => (await Payload("store")).Contains("\"outbox\":[]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_flaps_is_told_at_once_but_stored_seldom_and_in_the_end_as_it_is()
    {
        for (var change = 0; change < 20; change++)
        {
            var view = await _host.Grains.Presence(Store).Report(Front, change % 2 == 0 ? [new AgentSeen(Owner, DateTimeOffset.UtcNow)] : []);
            Assert.Equal(change % 2 == 0 ? PresenceStatus.Online : PresenceStatus.Offline, view.Status);
        }

        Assert.True(await Version("presence") < 5, $"{await Version("presence")} writes");
        await Until(async () => (await Payload("presence")).Contains("\"status\":0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_graceful_stop_stores_what_was_put_off()
    {
        await _host.Grains.Presence(Store).Report(Front, [new AgentSeen(Owner, DateTimeOffset.UtcNow)]);
        await _host.Grains.Presence(Store).Report(Front, []);
        _host = await _host.Restart();

        Assert.Equal(PresenceStatus.Offline, (await _host.Grains.Presence(Store).Get()).Status);
    }

    private async Task<long> Version(string state) =>
        (await _host.Query($"SELECT version FROM grain_state WHERE state_name = '{state}' AND key_text LIKE '%{Store.Value}%'", row => row.GetInt64(0))).Single();

    private async Task<string> Payload(string state) =>
        (await _host.Query(
            $"SELECT CAST(payload AS TEXT) FROM grain_state WHERE state_name = '{state}' AND key_text LIKE '%{Store.Value}%'", row => row.GetString(0))).Single();

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var start = Stopwatch.GetTimestamp(); !await holds(); await Task.Delay(50))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < PutOffAtMost, "It did not come to hold in time.");
        }
    }
}
