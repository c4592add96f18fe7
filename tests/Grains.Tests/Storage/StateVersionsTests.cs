using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Grains.Storage;
using Orleans.Runtime;

namespace Chat.Grains.Tests.Storage;

/// <summary>Grain state that another version of the program has written.</summary>
public sealed class StateVersionsTests
{
    /// <summary>Every kind of state there is, found by who asks for it.</summary>
    public static TheoryData<Type> States => [.. Kinds];

    private static IReadOnlyList<Type> Kinds => [.. typeof(ChatGrains).Assembly.GetTypes()
        .SelectMany(type => type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.ParameterType)
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>))
        .Select(type => type.GetGenericArguments()[0])
        .Where(type => !type.IsGenericParameter)
        .Distinct()
        .OrderBy(type => type.FullName)];

    [Fact]
    public void There_is_state_to_look_at() => Assert.True(Kinds.Count > 5, $"{Kinds.Count} kinds of state were found.");

    [Theory, MemberData(nameof(States))]
    public void What_a_later_version_added_is_passed_over_and_the_rest_is_read(Type kind)
    {
        var written = JsonSerializer.SerializeToNode(Activator.CreateInstance(kind), kind, StateStorage.Json)!.AsObject();
        var later = written.DeepClone().AsObject();
        later["addedText"] = "new";
        later["addedThing"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };

        var read = later.Deserialize(kind, StateStorage.Json);

        Assert.Equal(written.ToJsonString(), JsonSerializer.SerializeToNode(read, kind, StateStorage.Json)!.ToJsonString());
    }

    [Theory, MemberData(nameof(States))]
    public void What_an_earlier_version_did_not_write_has_its_default(Type kind)
    {
        var read = JsonSerializer.Deserialize("{}", kind, StateStorage.Json);

        Assert.Equal(
            JsonSerializer.Serialize(Activator.CreateInstance(kind), kind, StateStorage.Json),
            JsonSerializer.Serialize(read, kind, StateStorage.Json));
    }
}
