using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>
/// Makes the class behind references to an interface. Each method packs its arguments in a tuple and hands them, with a
/// small static function that unpacks them for the target, to <see cref="GrainReference.Call{TArgs,TResult}"/>: no boxing
/// and no reflection in a call.
/// </summary>
internal static class ProxyBuilder
{
    private const int ArgumentsMax = 7;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<Type, Func<CallTarget, GrainReference>> Made = [];
    private static readonly HashSet<string> Opened = [];
    private static readonly AssemblyBuilder Assembly =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Chat.EmbeddedHost.Proxies"), AssemblyBuilderAccess.Run);
    private static readonly ModuleBuilder Module = Assembly.DefineDynamicModule("Proxies");

    private static readonly MethodInfo CallMethod =
        typeof(GrainReference).GetMethod("Call", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static readonly ConstructorInfo BaseConstructor =
        typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(CallTarget)])!;

    private static readonly ConstructorInfo OpenAssembly =
        typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;

    /// <summary>Makes references to this interface. Made once in a process.</summary>
    public static Func<CallTarget, GrainReference> For(Type addressableInterface)
    {
        lock (Gate)
        {
            if (!Made.TryGetValue(addressableInterface, out var maker))
            {
                maker = Make(addressableInterface);
                Made.Add(addressableInterface, maker);
            }

            return maker;
        }
    }

    private static Func<CallTarget, GrainReference> Make(Type addressableInterface)
    {
        if (!addressableInterface.IsInterface)
        {
            throw new ArgumentException($"{addressableInterface} is not an interface.");
        }

        Open(typeof(GrainReference).Assembly);
        Type[] interfaces = [addressableInterface, .. addressableInterface.GetInterfaces()];
        var proxy = Module.DefineType(
            $"Proxy{Made.Count}_{addressableInterface.Name}",
            TypeAttributes.NotPublic | TypeAttributes.Sealed | TypeAttributes.Class,
            typeof(GrainReference),
            [addressableInterface]);
        DefineConstructor(proxy);
        var methods = new List<(string Field, string Body, MethodInfo Method, Type Args)>();
        foreach (var method in interfaces.SelectMany(static each => each.GetMethods()).Where(static method => method.IsAbstract))
        {
            Open(method.DeclaringType!.Assembly);
            methods.Add(DefineMethod(proxy, method, methods.Count));
        }

        var made = proxy.CreateType();
        foreach (var (field, body, method, args) in methods)
        {
            var bodyDelegate = made.GetMethod(body, BindingFlags.Static | BindingFlags.NonPublic)!
                .CreateDelegate(typeof(MethodBody<>).MakeGenericType(args));
            var description = Activator.CreateInstance(
                typeof(GrainMethod<>).MakeGenericType(args), method.Name, $"{method.DeclaringType!.Name}/{method.Name}", FlagsOf(method), bodyDelegate);
            made.GetField(field, BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, description);
        }

        return made.GetMethod("New", BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Func<CallTarget, GrainReference>>();
    }

    private static void DefineConstructor(TypeBuilder proxy)
    {
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(CallTarget)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, BaseConstructor);
        il.Emit(OpCodes.Ret);

        var make = proxy.DefineMethod("New", MethodAttributes.Static | MethodAttributes.Assembly, typeof(GrainReference), [typeof(CallTarget)]);
        il = make.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
    }

    private static (string Field, string Body, MethodInfo Method, Type Args) DefineMethod(TypeBuilder proxy, MethodInfo method, int number)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), static parameter => parameter.ParameterType);
        if (method.IsGenericMethod || parameters.Length > ArgumentsMax || parameters.Any(static type => type.IsByRef))
        {
            throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name}: a grain method takes at most {ArgumentsMax} arguments, none by reference, and is not generic.");
        }

        var (result, kind) = ReturnOf(method);
        var args = TupleOf(parameters);
        var body = DefineBody(proxy, method, number, parameters, args, kind);
        var field = proxy.DefineField(
            "method" + number, typeof(GrainMethod<>).MakeGenericType(args), FieldAttributes.Static | FieldAttributes.Assembly);

        var call = proxy.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            parameters);
        proxy.DefineMethodOverride(call, method);
        var il = call.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, field);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, i + 1);
        }

        EmitTuple(il, args, parameters.Length);
        il.Emit(OpCodes.Call, CallMethod.MakeGenericMethod(args, result));
        switch (kind)
        {
            case ReturnKind.ValueTask when result == typeof(Nothing):
                il.Emit(OpCodes.Newobj, typeof(ValueTask).GetConstructor([typeof(Task)])!);
                break;
            case ReturnKind.ValueTask:
                il.Emit(OpCodes.Newobj, method.ReturnType.GetConstructor([typeof(Task<>).MakeGenericType(result)])!);
                break;
            case ReturnKind.None:
                il.Emit(OpCodes.Pop);
                break;
            default:
                break;
        }

        il.Emit(OpCodes.Ret);
        return (field.Name, body, method, args);
    }

    private static string DefineBody(TypeBuilder proxy, MethodInfo method, int number, Type[] parameters, Type args, ReturnKind kind)
    {
        var name = "body" + number;
        var body = proxy.DefineMethod(
            name, MethodAttributes.Static | MethodAttributes.Assembly, typeof(Task), [typeof(object), args.MakeByRefType()]);
        var il = body.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldfld, args.GetField("Item" + (i + 1))!);
        }

        il.Emit(OpCodes.Callvirt, method);
        if (kind == ReturnKind.ValueTask)
        {
            var task = il.DeclareLocal(method.ReturnType);
            il.Emit(OpCodes.Stloc, task);
            il.Emit(OpCodes.Ldloca, task);
            il.Emit(OpCodes.Call, method.ReturnType.GetMethod(nameof(ValueTask.AsTask))!);
        }
        else if (kind == ReturnKind.None)
        {
            il.Emit(OpCodes.Call, typeof(Task).GetProperty(nameof(Task.CompletedTask))!.GetMethod!);
        }

        il.Emit(OpCodes.Ret);
        return name;
    }

    private static void EmitTuple(ILGenerator il, Type args, int count)
    {
        if (count > 0)
        {
            il.Emit(OpCodes.Newobj, args.GetConstructor(args.GenericTypeArguments)!);
            return;
        }

        var nothing = il.DeclareLocal(args);
        il.Emit(OpCodes.Ldloc, nothing);
    }

    private static Type TupleOf(Type[] parameters) => parameters.Length switch
    {
        0 => typeof(ValueTuple),
        1 => typeof(ValueTuple<>).MakeGenericType(parameters),
        2 => typeof(ValueTuple<,>).MakeGenericType(parameters),
        3 => typeof(ValueTuple<,,>).MakeGenericType(parameters),
        4 => typeof(ValueTuple<,,,>).MakeGenericType(parameters),
        5 => typeof(ValueTuple<,,,,>).MakeGenericType(parameters),
        6 => typeof(ValueTuple<,,,,,>).MakeGenericType(parameters),
        _ => typeof(ValueTuple<,,,,,,>).MakeGenericType(parameters),
    };

    private static (Type Result, ReturnKind Kind) ReturnOf(MethodInfo method)
    {
        var type = method.ReturnType;
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open == typeof(Task) ? (typeof(Nothing), ReturnKind.Task)
            : open == typeof(Task<>) ? (type.GenericTypeArguments[0], ReturnKind.Task)
            : open == typeof(ValueTask) ? (typeof(Nothing), ReturnKind.ValueTask)
            : open == typeof(ValueTask<>) ? (type.GenericTypeArguments[0], ReturnKind.ValueTask)
            : open == typeof(void) ? (typeof(Nothing), ReturnKind.None)
            : throw new NotSupportedException($"{method.DeclaringType}.{method.Name}: a grain method returns a task.");
    }

    private static CallFlags FlagsOf(MethodInfo method) =>
        (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? CallFlags.AlwaysInterleave : CallFlags.None)
        | (method.IsDefined(typeof(ReadOnlyAttribute)) ? CallFlags.ReadOnly : CallFlags.None)
        | (method.IsDefined(typeof(OneWayAttribute)) || method.ReturnType == typeof(void) ? CallFlags.OneWay : CallFlags.None);

    /// <summary>Lets the proxies see an assembly's internal interfaces.</summary>
    private static void Open(Assembly assembly)
    {
        var name = assembly.GetName().Name!;
        if (Opened.Add(name))
        {
            Assembly.SetCustomAttribute(new CustomAttributeBuilder(OpenAssembly, [name]));
        }
    }

    private enum ReturnKind
    {
        None,
        Task,
        ValueTask,
    }
}
