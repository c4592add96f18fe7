using Chat.Bench;

const string Usage = """
    usage: Chat.Bench MODE --url http://127.0.0.1:PORT --issuer http://127.0.0.1:PORT --key FILE [options]
           Chat.Bench report --results FILE

    modes      options with their defaults
    latency            --rate 500 --seconds 30 --rounds 3 --pairs 100
    saturation         --in-flight 64,256,1000 --seconds 10 --rounds 3 --pairs 1000 --warm-up 15
    idle               --connections 2000 --rounds 1
    long-conversation  --lengths 10,100,1000,10000 --posts 300 --rounds 3 --run 1

    common: --server-pid PID[,PID] --postgres-pid PID --results FILE --text-bytes 120
    The server must run in demo mode and trust the issuer; ./chat bench sets all of that up.
    """;

if (args is [] or ["--help"] or ["-h"])
{
    Console.WriteLine(Usage);
    return args is [] ? 2 : 0;
}

try
{
    var options = Options.Read(args.AsSpan(1));
    if (args[0] == "report")
    {
        Console.Write(Results.Tables(options.Text("results")));
        return 0;
    }

    var results = new Results(options.Text("results", "") is { Length: > 0 } file ? file : null);
    await (args[0] switch
    {
        "latency" => LatencyMode.Run(options, results),
        "saturation" => SaturationMode.Run(options, results),
        "idle" => IdleMode.Run(options, results),
        "long-conversation" => LongConversationMode.Run(options, results),
        _ => throw new UsageException($"there is no mode '{args[0]}'"),
    });
    return 0;
}
catch (UsageException error)
{
    Console.Error.WriteLine("bench: " + error.Message);
    return 2;
}
