using Chat.Grains.Conversations;
using Chat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.TypeSystem;

namespace Chat.Cluster.Tests;

/// <summary>What grain interfaces are called on the wire: what Orleans says, and asked of it once.</summary>
public sealed class InterfaceNamesTests
{
    private readonly Counting _orleans = new();

    [Fact]
    public void Each_interface_is_asked_for_once_and_keeps_the_name_that_Orleans_gives_it()
    {
        var services = new ServiceCollection();
        services.AddSerializer();
        services.AddSingleton<IGrainInterfaceTypeProvider>(_orleans);
        InterfaceNames.AddTo(services);
        using var provider = services.BuildServiceProvider();
        var types = provider.GetRequiredService<TypeConverter>();
        var resolver = new GrainInterfaceTypeResolver(provider.GetServices<IGrainInterfaceTypeProvider>(), types);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new GrainInterfaceTypeResolver([], types).GetGrainInterfaceType(typeof(IConversationGrain)), resolver.GetGrainInterfaceType(typeof(IConversationGrain)));
            Assert.Equal(Counting.Name, resolver.GetGrainInterfaceType(typeof(Counting.INamed)));
        }

        Assert.Equal(2, _orleans.Asked);
    }

    private sealed class Counting : IGrainInterfaceTypeProvider
    {
        public interface INamed;

        public static readonly GrainInterfaceType Name = GrainInterfaceType.Create("named");

        public int Asked { get; private set; }

        public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
        {
            Asked++;
            grainInterfaceType = type == typeof(INamed) ? Name : default;
            return type == typeof(INamed);
        }
    }
}
