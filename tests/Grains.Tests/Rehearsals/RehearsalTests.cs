using Chat.Grains.Orders;
using Chat.Grains.Rehearsals;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Orders;
using Chat.Grains.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Microsoft.Extensions.Options.Options;

namespace Chat.Grains.Tests.Rehearsals;

/// <summary>A fast clock is the same for all who rehearse, and nobody gets one who did not ask for it, of the right database.</summary>
public sealed class RehearsalTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Fast_clock_agrees_at_its_origin_and_runs_from_there()
    {
        var time = new OrderClock(Noon);
        var clock = new PolicyClock(time, Fast());
        Assert.Equal(Noon, clock.Now);
        time.Now = Noon.AddSeconds(2);
        Assert.Equal(Noon.AddHours(2), clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(1.5), clock.RealTimeSince(Noon.AddHours(0.5)));
        Assert.Equal(clock.Now, new PolicyClock(time, Fast()).Now);
    }

    [Fact]
    public void Without_a_rehearsal_the_clock_is_the_clock_cut_to_the_millisecond()
    {
        var time = new OrderClock(Noon.AddTicks(19_999));
        Assert.Equal(Noon.AddMilliseconds(1), new PolicyClock(time, new RehearsalOptions()).Now);
        Assert.Equal(Noon.AddMilliseconds(1), new PolicyClock(time).Now);
        Assert.Equal(TimeSpan.FromMilliseconds(1), new PolicyClock(time).RealTimeSince(Noon));
    }

    [Fact]
    public void Nothing_set_is_no_rehearsal()
    {
        Assert.Empty(Refusals([]));
        Assert.Null(new RehearsalOptions().Mark);
    }

    [Fact]
    public void All_set_for_this_database_is_a_rehearsal() =>
        Assert.Empty(Refusals(new() { ["Database"] = "rehearsals", ["ClockSpeed"] = "7200", ["ClockOrigin"] = "2026-01-01T11:00:00Z" }));

    [Theory]
    [InlineData("Database=rehearsals", "in part")]
    [InlineData("ClockSpeed=100", "in part")]
    [InlineData("ClockOrigin=2026-01-01T12:00:00Z", "in part")]
    [InlineData("Database=rehearsals;ClockSpeed=100", "in part")]
    [InlineData("Database=rehearsals;ClockSpeed=0.5;ClockOrigin=2026-01-01T12:00:00Z", "ClockSpeed is 0.5")]
    [InlineData("Database=rehearsals;ClockSpeed=NaN;ClockOrigin=2026-01-01T12:00:00Z", "ClockSpeed is NaN")]
    [InlineData("Database=rehearsals;ClockSpeed=100001;ClockOrigin=2026-01-01T12:00:00Z", "ClockSpeed is 100001")]
    [InlineData("Database=rehearsals;ClockSpeed=100;ClockOrigin=2026-01-01T12:02:00Z", "ClockOrigin is")]
    [InlineData("Database=rehearsals;ClockSpeed=100;ClockOrigin=2025-12-25T11:59:59Z", "ClockOrigin is")]
    [InlineData("Database=chat;ClockSpeed=100;ClockOrigin=2026-01-01T12:00:00Z", "not meant for this database")]
    public void Anything_less_is_refused_in_words(string settings, string words)
    {
        var refusal = Assert.Single(Refusals(settings.Split(';').Select(text => text.Split('=')).ToDictionary(pair => pair[0], pair => (string?)pair[1])));
        Assert.Contains(words, refusal, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Database_of_a_rehearsal_takes_that_rehearsal_and_nobody_else(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateUnprepared(kind);
        await Prepare(database, Fast());
        await database.OpenLog().Fill(LogCase.Conversation(), 1);
        await Prepare(database, Fast());
        foreach (var other in (RehearsalOptions?[])[null, new RehearsalOptions(), Fast(speed: 3_601), Fast(origin: Noon.AddSeconds(1))])
        {
            await Assert.ThrowsAsync<UnsafeDatabaseException>(() => Prepare(database, other));
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Database_in_use_takes_no_rehearsal_and_stays_as_it_was(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await database.OpenLog().Fill(LogCase.Conversation(), 1);
        var refusal = await Assert.ThrowsAsync<UnsafeDatabaseException>(() => Prepare(database, Fast()));
        Assert.Contains("in use before any rehearsal", refusal.Message, StringComparison.Ordinal);
        await Prepare(database, null);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Processes_of_a_rehearsal_may_start_at_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateUnprepared(kind);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Prepare(database, Fast())));
        Assert.Single(await database.Query("SELECT mark FROM rehearsal", row => row.GetString(0)));
    }

    private static RehearsalOptions Fast(double speed = 3_600, DateTimeOffset? origin = null) =>
        new() { Database = "rehearsals", ClockSpeed = speed, ClockOrigin = origin ?? Noon };

    private static async Task Prepare(TestDatabase database, RehearsalOptions? rehearsal)
    {
        await using var handle = new ChatDatabase(Create(database.Options), NullLoggerFactory.Instance, rehearsal is null ? null : Create(rehearsal));
        await handle.Prepare(CancellationToken.None);
    }

    private static string[] Refusals(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{RehearsalOptions.Section}:{setting.Key}", setting.Value)))
            .AddInMemoryCollection([KeyValuePair.Create("Chat:Database:Provider", (string?)"Postgres"), KeyValuePair.Create("Chat:Database:ConnectionString", (string?)"Host=db;Database=rehearsals")])
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(new OrderClock(Noon));
        services.AddLogging();
        services.AddChatStorage();
        services.AddChatPolicy(configuration);
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<RehearsalOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException refused)
        {
            return [.. refused.Failures];
        }
    }
}
