using System.Buffers.Binary;
using Chat.EmbeddedHost.Runtime;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Tests;

/// <summary>Bounds and names of the host.</summary>
public sealed class LimitTests
{
    internal interface IHoldGrain : IGrainWithStringKey
    {
        Task Hold(string gate);
    }

    internal sealed class HoldGrain(Journal journal) : Grain, IHoldGrain
    {
        public Task Hold(string gate) => journal.Gate(gate);
    }

    [GrainType("named-by-hand")]
    internal sealed class NamedGrain : Grain, IGrainWithStringKey;

    [Fact]
    public async Task A_full_queue_refuses_the_next_call_and_takes_calls_again_later()
    {
        await using var host = await Hosting.Start(static options => options.MaxRequestsPerActivation = 3);
        var grain = host.Grains.GetGrain<IHoldGrain>("a");
        Task[] held = [grain.Hold("x"), grain.Hold("x"), grain.Hold("x")];
        await Assert.ThrowsAsync<LimitExceededException>(() => grain.Hold("x"));
        host.Services.GetRequiredService<Journal>().Open("x");
        await Task.WhenAll(held);
        await grain.Hold("x");
    }

    [Fact]
    public async Task A_full_host_refuses_another_grain()
    {
        await using var host = await Hosting.Start(static options => options.MaxActivations = 2);
        host.Services.GetRequiredService<Journal>().Open("x");
        await host.Grains.GetGrain<IHoldGrain>("a").Hold("x");
        await host.Grains.GetGrain<IHoldGrain>("b").Hold("x");
        await Assert.ThrowsAsync<LimitExceededException>(() => host.Grains.GetGrain<IHoldGrain>("c").Hold("x"));
        await host.Grains.GetGrain<IHoldGrain>("a").Hold("x");
    }

    [Fact]
    public async Task A_stopped_host_refuses_calls()
    {
        await using var host = await Hosting.Start();
        await host.Stop();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Grains.GetGrain<IHoldGrain>("a").Hold("x"));
    }

    [Fact]
    public async Task Ids_are_named_as_in_Orleans()
    {
        await using var host = await Hosting.Start();
        Assert.Equal("hold/a:b", host.Grains.GetGrain<IHoldGrain>("a:b").GetGrainId().ToString());
        Assert.Equal("named-by-hand", new GrainClass(typeof(NamedGrain)).GrainType);
    }

    [Fact]
    public async Task References_to_one_grain_are_equal()
    {
        await using var host = await Hosting.Start();
        Assert.Equal(host.Grains.GetGrain<IHoldGrain>("a"), host.Grains.GetGrain<IHoldGrain>("a"));
        Assert.NotEqual(host.Grains.GetGrain<IHoldGrain>("a"), host.Grains.GetGrain<IHoldGrain>("b"));
    }

    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("a", 0x550D7456)]
    [InlineData("abc", 0x32D153FF)]
    [InlineData("Nobody inspects the spammish repetition", unchecked((int)0xE2293B2F))]
    public void Stable_hash_is_XxHash32_with_its_bytes_reversed(string text, int hash)
    {
        Assert.Equal(hash, BinaryPrimitives.ReverseEndianness(StableHash.Of(text)));
    }
}
