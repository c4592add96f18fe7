using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Chat.Grains.Tests.Hosting;

/// <summary>What a grain may rely on, whichever host runs it.</summary>
public sealed class HostContractTests : IAsyncLifetime
{
    private readonly HostJournal journal = new();
    private readonly ForeignWriter foreign = new();
    private GrainHostFixture host = null!;

    public async Task InitializeAsync()
    {
        host = await GrainHostFixture.Start(services =>
        {
            services.AddSingleton(journal);
            services.AddSingleton<IForeignWriter>(foreign);
        });
        foreign.Host = host;
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_call_waits_until_the_one_before_is_done()
    {
        var first = Grain("a").Hold("first");
        await journal.Saw("begin first");
        var second = Grain("a").Write("second");
        await Grain("other").Write("elsewhere");
        Assert.DoesNotContain("second", journal.Lines);
        journal.Open("first");
        await first;
        await second;
        Assert.Equal(["begin first", "elsewhere", "end first", "second"], journal.Lines.Where(static line => !line.StartsWith("activate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_interleaving_call_starts_at_once()
    {
        var first = Grain("a").Hold("first");
        await journal.Saw("begin first");
        var second = Grain("a").HoldInterleaved("second");
        await journal.Saw("begin second");
        journal.Open("second");
        await second;
        journal.Open("first");
        await first;
    }

    [Fact]
    public async Task An_interleaving_call_does_not_hold_up_others()
    {
        var first = Grain("a").HoldInterleaved("first");
        await journal.Saw("begin first");
        await Grain("a").Write("second");
        journal.Open("first");
        await first;
    }

    [Fact]
    public async Task Read_only_calls_join_each_other_and_no_others()
    {
        var first = Grain("a").HoldReadOnly("first");
        await journal.Saw("begin first");
        var write = Grain("a").Write("write");
        var second = Grain("a").HoldReadOnly("second");
        await journal.Saw("begin second");
        Assert.DoesNotContain("write", journal.Lines);
        journal.Open("second");
        await second;
        journal.Open("first");
        await first;
        await write;
    }

    [Fact]
    public async Task Turns_never_overlap_even_when_calls_interleave()
    {
        var grain = Grain("a");
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => grain.CountSlowly()));
        Assert.Equal(802, await grain.CountSlowly());
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_and_the_grain_lives_on()
    {
        var before = await Grain("a").Identity();
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Grain("a").Fail("on purpose"));
        Assert.Equal("on purpose", failure.Message);
        Assert.Equal(before, await Grain("a").Identity());
    }

    [Fact]
    public async Task A_failed_activation_fails_the_call_and_the_next_call_tries_again()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain("broken").Write("never"));
        Assert.Equal("It does not start.", failure.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Grain("broken").Write("never"));
        await journal.Saw("activate broken", times: 2);
        Assert.DoesNotContain("never", journal.Lines);
    }

    [Fact]
    public async Task After_deactivation_a_call_gets_a_new_activation()
    {
        var before = await Grain("a").Identity();
        await Grain("a").DeactivateSoon();
        Assert.NotEqual(before, await Grain("a").Identity());
        await journal.Saw("deactivate a ApplicationRequested");
        await journal.Saw("activate a", times: 2);
    }

    [Fact]
    public async Task Deactivation_waits_for_running_calls_and_calls_meanwhile_meet_the_next_activation()
    {
        var before = await Grain("a").Identity();
        var held = Grain("a").HoldInterleaved("held");
        await journal.Saw("begin held");
        await Grain("a").DeactivateSoon();
        var next = Grain("a").Identity();
        Assert.DoesNotContain("deactivate a ApplicationRequested", journal.Lines);
        journal.Open("held");
        await held;
        Assert.NotEqual(before, await next);
        Assert.Equal(
            ["activate a", "begin held", "end held", "deactivate a ApplicationRequested", "activate a"], journal.Lines);
    }

    [Fact]
    public async Task A_circle_of_calls_times_out()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Grain("a").CallBack("b"));
        Assert.Equal("c", await Grain("c").Call("d", "free"));
    }

    [Fact]
    public async Task A_one_way_call_tells_nothing_of_its_failure()
    {
        await Grain("a").WriteOneWay("arrived");
        await journal.Saw("arrived");
    }

    [Fact]
    public async Task A_timer_ticks_on_after_a_failure_and_ends_with_the_activation()
    {
        await Grain("a").StartTimer("t", failures: 1);
        await journal.Saw("tick t", times: 3);
        await Grain("a").DeactivateSoon();
        await journal.Saw("deactivate a ApplicationRequested");
        var ticks = journal.Lines.Count(static line => line == "tick t");
        await Task.Delay(100);
        Assert.Equal(ticks, journal.Lines.Count(static line => line == "tick t"));
    }

    [Fact]
    public async Task A_timer_waits_while_a_call_runs()
    {
        await Grain("a").StartTimer("t", failures: 0);
        await journal.Saw("tick t");
        var held = Grain("a").Hold("held");
        await journal.Saw("begin held");
        await Task.Delay(100);
        journal.Open("held");
        await held;
        var lines = journal.Lines;
        var from = Array.IndexOf(lines, "begin held");
        Assert.Equal("end held", lines[from + 1]);
    }

    [Fact]
    public async Task An_observer_gets_calls_in_order_until_its_reference_is_deleted()
    {
        var observer = new Observer(journal);
        var reference = host.Grains.CreateObjectReference<IHostContractObserver>(observer);
        await Grain("a").Notify(reference, "one");
        await Grain("b").Notify(reference, "two");
        Assert.Equal(["told one", "told two"], journal.Lines.Where(static line => line.StartsWith("told", StringComparison.Ordinal)));
        host.Grains.DeleteObjectReference<IHostContractObserver>(reference);
        await Assert.ThrowsAnyAsync<Exception>(() => Grain("a").Notify(reference, "three"));
        Assert.DoesNotContain("told three", journal.Lines);
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task Graceful_stop_deactivates_every_grain()
    {
        await Grain("a").Write("x");
        await Grain("b").Write("x");
        await host.Stop();
        Assert.Contains("deactivate a ShuttingDown", journal.Lines);
        Assert.Contains("deactivate b ShuttingDown", journal.Lines);
    }

    [Fact]
    public async Task State_survives_the_activation()
    {
        var counter = Counter("a:one");
        Assert.Equal((0, null, false), await counter.Read());
        Assert.Equal(5, await counter.Add(5));
        Assert.Equal(7, await counter.Add(2));
        Assert.Equal((7, "2", true), await counter.Read());
        await counter.Clear();
        Assert.Equal((0, "3", false), await counter.Read());
        Assert.Equal(1, await counter.Add(1));
        Assert.Equal((1, "4", true), await counter.Read());
    }

    [Theory]
    [InlineData("a:one")]
    [InlineData("dead")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task A_stale_write_fails_and_the_next_call_reads_again(string key)
    {
        await Counter(key).Add(5);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Counter(key).WriteStale());
        Assert.Equal((5, "2", true), await Counter(key).Read());
    }

    [Theory]
    [InlineData("a:one", 0, 0, "a:one")]
    [InlineData("dead", 0, 0xdead, "")]
    [InlineData("beef+x", 0, 0xbeef, "x")]
    [InlineData("0123456789abcdef0123456789abcdef", -3607513408948976281, -1167088121787636991, "")]
    public async Task Both_hosts_write_the_same_row(string key, long number0, long number1, string text)
    {
        await Counter(key).Add(5);
        await Counter(key).Add(1);
        var row = Assert.Single(await host.Query(
            "SELECT state_name, key_n0, key_n1, key_text, payload, version FROM grain_state",
            static reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetInt64(5))));
        Assert.Equal(("test-counter", number0, number1, text, """{"count":6}""", 2L), row);
    }

    [Fact]
    public async Task A_reminder_is_kept_in_the_same_row_by_both_hosts()
    {
        Assert.True(await Counter("a:one").Remind(TimeSpan.FromHours(1), TimeSpan.FromMinutes(7)));
        Assert.True(await Counter("a:one").Remind(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)));
        var row = Assert.Single(await host.Query(
            "SELECT grain_id, reminder_name, period, grain_hash, version FROM reminder",
            static reader => (reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4))));
        Assert.Equal(("hostcontractcounter/a:one", "wake", 300_000L, 1_887_534_609L, 1L), row);
        Assert.True(await Counter("a:one").ForgetReminder());
        Assert.Empty(await host.Query("SELECT 1 FROM reminder", static reader => reader.GetInt64(0)));
    }

    [Fact]
    public async Task A_reminder_that_is_due_wakes_its_grain()
    {
        await Counter("a:one").Remind(TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        await journal.Saw("reminded a:one wake 1");
    }

    private IHostContractGrain Grain(string key) => host.Grains.GetGrain<IHostContractGrain>(key);

    private IHostContractCounter Counter(string key) => host.Grains.GetGrain<IHostContractCounter>(key);

    private sealed class Observer(HostJournal journal) : IHostContractObserver
    {
        public Task Told(string what)
        {
            journal.Write("told " + what);
            return Task.CompletedTask;
        }
    }

    /// <summary>Moves the versions of all rows, as another process would.</summary>
    private sealed class ForeignWriter : IForeignWriter
    {
        public GrainHostFixture Host { get; set; } = null!;

        public Task Touch(string key) => Host.MoveStateVersions();
    }
}
