using System.Diagnostics;
using Orleans;
using Orleans.Concurrency;
using Xunit.Abstractions;

namespace Chat.EmbeddedHost.Tests;

/// <summary>What a call costs. Prints figures; fails only on what no machine excuses.</summary>
public sealed class CallCostTests(ITestOutputHelper output)
{
    internal interface IEchoGrain : IGrainWithStringKey
    {
        Task<int> Echo(int value);

        Task<long> CallOther(string other, int times);

        [AlwaysInterleave]
        Task<int> EchoInterleaved(int value);
    }

    internal sealed class EchoGrain : Grain, IEchoGrain
    {
        public Task<int> Echo(int value) => Task.FromResult(value);

        public Task<int> EchoInterleaved(int value) => Task.FromResult(value);

        public async Task<long> CallOther(string other, int times)
        {
            var grain = GrainFactory.GetGrain<IEchoGrain>(other);
            long sum = 0;
            for (var i = 0; i < times; i++)
            {
                sum += await grain.Echo(i);
            }

            return sum;
        }
    }

    [Fact]
    public async Task A_call_is_cheap()
    {
        const int Times = 200_000;
        await using var host = await Hosting.Start();
        var grain = host.Grains.GetGrain<IEchoGrain>("a");
        await grain.CallOther("b", Times);

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        await grain.CallOther("b", Times);
        watch.Stop();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        output.WriteLine($"grain to grain, one after another: {watch.Elapsed.TotalNanoseconds / Times:F0} ns, {allocated / Times} bytes");

        watch.Restart();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async lane =>
        {
            var target = host.Grains.GetGrain<IEchoGrain>("lane" + lane);
            for (var i = 0; i < Times / 100; i++)
            {
                await target.Echo(i);
            }
        }));
        watch.Stop();
        output.WriteLine($"100 callers to 100 grains: {watch.Elapsed.TotalNanoseconds / Times:F0} ns a call");

        watch.Restart();
        for (var batch = 0; batch < Times / 1000; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(grain.Echo));
        }

        watch.Stop();
        output.WriteLine($"1,000 at once to one grain: {watch.Elapsed.TotalNanoseconds / Times:F0} ns a call");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }
}
