using System.Reflection;
using System.Runtime.CompilerServices;
using Chat.Grains.Accounts;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Tests;

/// <summary>A host that cannot deliver a call or its answer logs it whole, as text: what people wrote must not be in that text.</summary>
public sealed class SecrecyTests
{
    private const string Marker = "nobody may read this in a log";

    private static readonly string[] Secret = ["Body", "Text", "Note", "PasswordHash"];

    private static readonly Type[] Found =
    [
        .. typeof(GrainKeys).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsDefined(typeof(GenerateSerializerAttribute)) && Fields(type).Any()),
    ];

    public static TheoryData<Type> Carriers => [.. Found];

    [Theory]
    [MemberData(nameof(Carriers))]
    public void What_crosses_a_grain_call_shows_no_text_of_people(Type type)
    {
        var value = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in Fields(type))
        {
            field.SetValue(value, Marker);
        }

        Assert.DoesNotContain(Marker, value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_or_a_key_is_no_plain_string_in_a_grain_call()
    {
        // Names of people and shops, ids of sessions and processes: what a log may say.
        string[] harmless = ["displayName", "name", "session", "process"];
        var calls = typeof(GrainKeys).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).SelectMany(type => type.GetMethods()).ToArray();

        Assert.Contains(calls, call => call.Name == "Register");
        Assert.DoesNotContain(calls.SelectMany(call => call.GetParameters()), one => one.ParameterType == typeof(string) && !harmless.Contains(one.Name));
        Assert.DoesNotContain(calls, call => call.ReturnType == typeof(Task<string>) || call.ReturnType == typeof(ValueTask<string>));
        Assert.DoesNotContain(Marker, $"{new Secret(Marker)} {new AccountRecord(new UserId("anna"), Marker)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_and_reviews_are_among_them() =>
        Assert.Superset(
            new HashSet<string> { "Message", "PostMessage", "PostNotice", "ReviewContent", "AccountRecord" },
            Found.Select(type => type.Name).ToHashSet());

    private static IEnumerable<FieldInfo> Fields(Type type) => Secret
        .Select(name => type.GetField($"<{name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic))
        .OfType<FieldInfo>().Where(field => field.FieldType == typeof(string));
}
