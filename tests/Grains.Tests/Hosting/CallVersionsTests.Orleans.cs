using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace Chat.Grains.Tests.Hosting;

/// <summary>What crosses grain calls between two versions of the program: the same type, of which one knows a field more.</summary>
public sealed class CallVersionsTests
{
    [Fact]
    public void An_older_peer_passes_over_a_field_that_was_added()
    {
        using var services = Services();
        var bytes = services.GetRequiredService<Serializer<After>>().SerializeToArray(new After("ada", 7, [new Inner(1, "x")], "added", new Inner(2, "y")));

        var read = services.GetRequiredService<Serializer<Before>>().Deserialize(bytes)!;

        Assert.Equal(("ada", 7), (read.Name, read.Number));
        Assert.Equal(new Inner(1, "x"), Assert.Single(read.List));
    }

    [Fact]
    public void A_newer_peer_finds_the_default_where_an_older_one_sent_nothing()
    {
        using var services = Services();
        var bytes = services.GetRequiredService<Serializer<Before>>().SerializeToArray(new Before("ada", 7, [new Inner(1, "x")]));

        var read = services.GetRequiredService<Serializer<After>>().Deserialize(bytes)!;

        Assert.Equal(("ada", 7, null, null), (read.Name, read.Number, read.Added, read.More));
    }

    private static ServiceProvider Services() => new ServiceCollection().AddSerializer().BuildServiceProvider();

    [GenerateSerializer, Immutable, Alias("CallVersions.Inner")]
    internal sealed record Inner([property: Id(0)] int One, [property: Id(1)] string Two);

    [GenerateSerializer, Immutable, Alias("CallVersions.Before")]
    internal sealed record Before([property: Id(0)] string Name, [property: Id(1)] long Number, [property: Id(2)] IReadOnlyList<Inner> List);

    [GenerateSerializer, Immutable, Alias("CallVersions.After")]
    internal sealed record After(
        [property: Id(0)] string Name,
        [property: Id(1)] long Number,
        [property: Id(2)] IReadOnlyList<Inner> List,
        [property: Id(3)] string? Added,
        [property: Id(4)] Inner? More);
}
