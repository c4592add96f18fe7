using Chat.Bench;

const string Usage = """
    usage: Chat.Bench MODE --targets FILE --issuer http://127.0.0.1:PORT --key FILE [options]
           Chat.Bench key --key FILE
           Chat.Bench report --results FILE

    modes      options with their defaults
    latency            --rate 500,2000 --seconds 20 --pairs 100
    saturation         --in-flight 64,256,1000 --seconds 10 --pairs 1000 --warm-up 10 --title saturation --label ""
                       --shops 10: how many of them the buyers talk to (ours only); --writers both: or buyers
    idle               --users 10000 --rest 15: once never seen before, then --rounds 1 times known
    presence           --watchers 1000,10000 --changes 10 --churn-watchers 1000 --churn-stores 100 --churn-rate 60 --warm-up 20 --lead-in 5
                       --churn-seconds 10 --churn-only "": servers that take part in the flapping only
    message-center     --opens 300 --users NAME[,NAME] --stores STORE[,STORE]: whose lists are opened
    rest               --seconds 30: nobody is connected but the shops' owners
    long-conversation  --lengths 10,100,1000,10000 --posts 300 --run 1; the first target only
    team               --posts 400: to a store of one agent and to one of 200; the first target only

    common: --results FILE --text-bytes 120 --rounds 5 --others-max 15 --repeats 3 --skip "": servers that idle meanwhile
    FILE of --targets has one line of JSON for each server; ./chat bench writes it and starts the servers.
    """;

if (args is [] or ["--help"] or ["-h"])
{
    Console.WriteLine(Usage);
    return args is [] ? 2 : 0;
}

try
{
    var options = Options.Read(args.AsSpan(1));
    switch (args[0])
    {
        case "report":
            var results = Results.Read(options.Text("results"));
            Console.Write(Results.Tables(results) + Verdict.Table(results));
            return 0;
        case "key":
            Issuer.MakeKey(options.Text("key"));
            return 0;
        default:
            return await Measure(args[0], options);
    }
}
catch (UsageException error)
{
    Console.Error.WriteLine("bench: " + error.Message);
    return 2;
}

static async Task<int> Measure(string name, Options options)
{
    Func<Options, IReadOnlyList<Target>, Results, Task> mode = name switch
    {
        "latency" => LatencyMode.Run,
        "saturation" => SaturationMode.Run,
        "idle" => IdleMode.Run,
        "presence" => PresenceMode.Run,
        "message-center" => MessageCenterMode.Run,
        "rest" => RestMode.Run,
        "long-conversation" => LongConversationMode.Run,
        "team" => TeamMode.Run,
        _ => throw new UsageException($"there is no mode '{name}'"),
    };
    var results = new Results(options.Text("results", "") is { Length: > 0 } file ? file : null);
    using var issuer = Issuer.Start(options.Text("issuer"), options.Text("key"));
    var targets = await Target.OpenAll(options, issuer);
    try
    {
        await mode(options, targets, results);
        return 0;
    }
    finally
    {
        await Task.WhenAll(targets.Select(target => target.DisposeAsync().AsTask()));
    }
}
