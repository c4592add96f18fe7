using System.Collections.Concurrent;
using System.Diagnostics;
using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;
using Chat.WebFront.Demo;
using Chat.WebFront.Tests.Support;
using Xunit.Abstractions;

namespace Chat.WebFront.Tests;

/// <summary>
/// What readers of a store's rating notice while it gets a thousand ratings a second: a measure, run when asked for.
/// <c>CHAT_MEASURE_HOT_RATING</c> is <c>Sqlite</c>, or the connection string of an empty PostgreSQL database.
/// </summary>
public sealed class HotRatingMeasure(ITestOutputHelper output)
{
    private const int PerSecond = 1_000;
    private const int GrainReaders = 4;
    private const int HttpReaders = 2;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hot = TimeSpan.FromSeconds(10);

    [WhenAsked]
    public async Task Readers_of_a_hot_store()
    {
        using var data = new Data();
        var database = Environment.GetEnvironmentVariable(WhenAskedAttribute.Variable)!;
        await using var front = await Front.Start(
            data, database == "Sqlite" ? ["--Chat:Demo=true"] : ["--Chat:Demo=true", "--Chat:Database:Provider=Postgres", $"--Chat:Database:ConnectionString={database}"]);
        await front.Service<DemoSeeder>().Done;
        var store = front.Service<ICatalog>().Stores[0].Id;
        var rating = front.Grains.Rating(store);

        // Code is compiled, connections are open, statements are prepared.
        await Give(rating, "warm", TimeSpan.FromSeconds(3));
        await Read(front, store, TimeSpan.FromSeconds(3));

        var before = await Read(front, store, Idle);
        var given = Give(rating, "hot", Hot);
        var during = await Read(front, store, Hot);
        var (records, seconds) = await given;

        output.WriteLine($"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {Environment.ProcessorCount} processors");
        output.WriteLine($"given {records.Length} ratings in {seconds:0.0} s ({records.Length / seconds:0}/s), durable after {Quantiles(records)}");
        foreach (var reader in before.Keys.Order())
        {
            output.WriteLine($"{reader}, idle: {Quantiles(before[reader])}");
            output.WriteLine($"{reader}, hot:  {Quantiles(during[reader])}, p99 {Quantile(during[reader], 0.99) / Quantile(before[reader], 0.99):0.00} times the idle one");
        }

        Assert.Equal(records.Length, (await rating.Get()).Stars.Total - (3 * PerSecond));
    }

    /// <summary>Gives ratings at an even pace; each until it is taken. Answers how long each took, in milliseconds.</summary>
    private static async Task<(double[] Milliseconds, double Seconds)> Give(IStoreRatingGrain rating, string name, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var tasks = new List<Task<double>>();
        var total = (int)(time.TotalSeconds * PerSecond);
        while (tasks.Count < total)
        {
            for (var due = Math.Min(total, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond) + 1); tasks.Count < due;)
            {
                tasks.Add(GiveOne(tasks.Count));
            }

            await Task.Delay(1);
        }

        return (await Task.WhenAll(tasks), Stopwatch.GetElapsedTime(start).TotalSeconds);

        async Task<double> GiveOne(int number)
        {
            var began = Stopwatch.GetTimestamp();
            var review = ReviewId.Of(new OrderId($"{name}{number / Limits.OrderLinesMax}"), (number % Limits.OrderLinesMax) + 1);
            while (!(await rating.Record(new RatingGiven(review, (number % 5) + 1, DateTimeOffset.UtcNow))).IsOk)
            {
                await Task.Delay(100);
            }

            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private static async Task<Dictionary<string, double[]>> Read(Front front, StoreId store, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var rating = front.Grains.Rating(store);
        var (fromGrain, fromHttp) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        var readers = Enumerable.Range(0, GrainReaders).Select(_ => Repeat(fromGrain, async () => await rating.Get()))
            .Concat(Enumerable.Range(0, HttpReaders).Select(_ => Repeat(fromHttp, () => front.Http.GetStringAsync($"/api/stores/{store}"))));
        await Task.WhenAll(readers);
        return new() { ["grain"] = [.. fromGrain], ["GET /api/stores/{id}"] = [.. fromHttp] };

        async Task Repeat(ConcurrentBag<double> times, Func<Task> read)
        {
            while (Stopwatch.GetTimestamp() < until)
            {
                var began = Stopwatch.GetTimestamp();
                await read();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                await Task.Delay(1);
            }
        }
    }

    private static string Quantiles(double[] times) => $"p50 {Quantile(times, 0.5):0.000} ms, p99 {Quantile(times, 0.99):0.000} ms ({times.Length})";

    private static double Quantile(double[] times, double share) => times.Order().ElementAt((int)((times.Length - 1) * share));

    private sealed class WhenAskedAttribute : FactAttribute
    {
        public const string Variable = "CHAT_MEASURE_HOT_RATING";

        public WhenAskedAttribute() => Skip = Environment.GetEnvironmentVariable(Variable) is null ? $"A measure; set {Variable} to run it." : null!;
    }
}
