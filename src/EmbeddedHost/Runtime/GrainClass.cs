using System.Reflection;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>A class of grains and how to make one.</summary>
internal sealed class GrainClass
{
    private readonly ConstructorInvoker constructor;
    private readonly Func<GrainActivation, List<IStateLoader>, object?>[] arguments;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = TypeName(type);
        var constructors = type.GetConstructors();
        if (constructors.Length != 1)
        {
            throw new InvalidOperationException($"{type} must have exactly one public constructor.");
        }

        constructor = ConstructorInvoker.Create(constructors[0]);
        arguments = [.. constructors[0].GetParameters().Select(Argument)];
    }

    public Type Type { get; }

    /// <summary>The type part of its ids.</summary>
    public string GrainType { get; }

    public bool Implements(Type grainInterface) => grainInterface.IsAssignableFrom(Type);

    /// <summary>Makes the object, inside a turn of its activation.</summary>
    public IGrainBase Create(GrainActivation activation, List<IStateLoader> states)
    {
        var values = new object?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i](activation, states);
        }

        return (IGrainBase)constructor.Invoke(values.AsSpan());
    }

    /// <summary>All grain classes of an assembly.</summary>
    public static IEnumerable<GrainClass> In(Assembly assembly) =>
        assembly.GetTypes()
            .Where(static type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
                && type.IsAssignableTo(typeof(IGrainBase)))
            .Select(static type => new GrainClass(type));

    private static string TypeName(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } given)
        {
            return given.GrainType;
        }

        const string Ending = "grain";
        var name = type.Name.ToLowerInvariant();
        return name.Length > Ending.Length && name.EndsWith(Ending, StringComparison.Ordinal) ? name[..^Ending.Length] : name;
    }

    private static Func<GrainActivation, List<IStateLoader>, object?> Argument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } wanted)
        {
            return StateArgument(type, wanted);
        }

        if (type == typeof(IGrainContext))
        {
            return static (activation, _) => activation;
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return (activation, _) => activation.ActivationServices.GetRequiredKeyedService(type, keyed.Key);
        }

        return parameter.HasDefaultValue
            ? (activation, _) => activation.ActivationServices.GetService(type) ?? parameter.DefaultValue
            : (activation, _) => activation.ActivationServices.GetRequiredService(type);
    }

    private static Func<GrainActivation, List<IStateLoader>, object?> StateArgument(Type type, PersistentStateAttribute wanted)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new InvalidOperationException($"[PersistentState] belongs on an IPersistentState parameter, not {type}.");
        }

        var implementation = ConstructorInvoker.Create(
            typeof(PersistentState<>).MakeGenericType(type.GenericTypeArguments).GetConstructors().Single());
        return (activation, states) =>
        {
            var storage = wanted.StorageName is null
                ? activation.ActivationServices.GetRequiredService<IGrainStateStorage>()
                : activation.ActivationServices.GetRequiredKeyedService<IGrainStateStorage>(wanted.StorageName);
            var state = implementation.Invoke(storage, wanted.StateName, activation.GrainId);
            states.Add((IStateLoader)state);
            return state;
        };
    }
}
