using System.Diagnostics;
using System.Globalization;
using Chat.Grains.Tests.Storage;
using Chat.WebFront.Tests.Crash;
using Npgsql;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>
/// Silos and fronts as processes with the demo marketplace, started and stopped by <c>./chat cluster</c>, on a PostgreSQL
/// of their own. Disposing tells the ends of their logs and fails when something of the cluster is left.
/// </summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private const int LogLinesTold = 12;

    /// <summary>What the script adds to the base port for the silos.</summary>
    private const int SiloPorts = 100;

    private static readonly TimeSpan ScriptWithin = TimeSpan.FromSeconds(240);

    private readonly ITestOutputHelper _output;
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("chat-cluster-");

    /// <summary>The script takes ports up to 400 above the first; it says so when one is taken.</summary>
    private readonly int _port = 20_000 + (Environment.ProcessId % 20) * 500;

    private IReadOnlyDictionary<string, string> _settings = new Dictionary<string, string>();

    private RealCluster(PostgresServer postgres, TestDatabase database, int fronts, ITestOutputHelper output)
    {
        Postgres = postgres;
        Database = database;
        Fronts = [.. Enumerable.Range(_port, fronts).Select(port => new Uri($"http://localhost:{port}"))];
        _output = output;
    }

    public PostgresServer Postgres { get; }

    public TestDatabase Database { get; }

    public IReadOnlyList<Uri> Fronts { get; }

    private string ScriptLog => Path.Combine(_home.FullName, "script.log");

    private string State => Path.Combine(_home.FullName, "state");

    /// <summary>Returns when all processes are ready. <paramref name="settings"/> gives them settings for the database's name.</summary>
    public static async Task<RealCluster> Start(
        int silos, int fronts, ITestOutputHelper output, Func<string, IReadOnlyDictionary<string, string>>? settings = null)
    {
        var postgres = new PostgresServer();
        var cluster = new RealCluster(postgres, await TestDatabase.CreateUnprepared(DatabaseKind.Postgres, postgres), fronts, output);
        cluster._settings = settings?.Invoke(new NpgsqlConnectionStringBuilder(cluster.Database.Options.ConnectionString).Database!) ?? cluster._settings;
        try
        {
            await cluster.Script(
                "--silos", silos.ToString(CultureInfo.InvariantCulture), "--fronts", fronts.ToString(CultureInfo.InvariantCulture), "--demo", "--detach",
                "--base-port", cluster._port.ToString(CultureInfo.InvariantCulture), "--postgres", cluster.Database.Options.ConnectionString);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of the silo that other silos reach at a port.</summary>
    public string SiloAt(int port) => $"silo-{port - _port - SiloPorts}";

    /// <summary>kill -9. The script wrote down who is who.</summary>
    public void Kill(string name)
    {
        using var process = Process.GetProcessById(ProcessOf(name));
        process.Kill();
    }

    /// <summary>kill -9, and at once the same program with the same settings in its place; returns when that is ready.</summary>
    public async Task KillAndStart(string name)
    {
        using var old = Process.GetProcessById(ProcessOf(name));
        var command = Texts($"/proc/{old.Id}/cmdline");
        var start = new ProcessStartInfo("bash", ["-c", "setsid \"$@\" >>\"$0\" 2>&1 </dev/null & echo $!", Path.Combine(_home.FullName, "logs", name + ".log"), .. command])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = new FileInfo($"/proc/{old.Id}/cwd").LinkTarget,
        };
        start.Environment.Clear();
        foreach (var setting in Texts($"/proc/{old.Id}/environ").Select(text => text.Split('=', 2)))
        {
            start.Environment[setting[0]] = setting[1];
        }

        old.Kill();
        await old.WaitForExitAsync();
        using var starter = Process.Start(start)!;
        var id = int.Parse((await starter.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var fields = StateOf(name);
        var port = fields[3];
        WriteState([name, id.ToString(CultureInfo.InvariantCulture), BirthOf(id), .. fields[3..]]);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.Holds(() => IsReady(http, new Uri($"http://127.0.0.1:{port}/health/ready")), $"{name} is ready again");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _output.WriteLine(await Tails());
            await Script("stop");
            Assert.False(File.Exists(State), "Something is left of the cluster.");
        }
        finally
        {
            await Database.DisposeAsync();
            Postgres.Dispose();
            _home.Delete(recursive: true);
        }
    }

    private static async Task<bool> IsReady(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>What the kernel keeps as texts that each end in a zero.</summary>
    private static string[] Texts(string file) => File.ReadAllText(file).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>When a process began, as the script writes it down to know it again.</summary>
    private static string BirthOf(int process) => File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[19];

    /// <summary>Of all processes, in the order of the alphabet.</summary>
    public IReadOnlyList<string> Names => [.. File.ReadLines(State).Select(text => text.Split('\t')[0]).Order(StringComparer.Ordinal)];

    /// <summary>The number of a process.</summary>
    public int ProcessOf(string name) => int.Parse(StateOf(name)[1], CultureInfo.InvariantCulture);

    private string[] StateOf(string name) => File.ReadLines(State).Select(text => text.Split('\t')).Single(fields => fields[0] == name);

    private void WriteState(string[] fields) =>
        File.WriteAllLines(State, File.ReadAllLines(State).Select(line => line.Split('\t')[0] == fields[0] ? string.Join('\t', fields) : line));

    private async Task<string> Tails()
    {
        var logs = _home.GetFiles("logs/*").OrderBy(log => log.Name);
        var tails = await Task.WhenAll(logs.Select(async log => $"{log.Name}:\n{string.Join('\n', (await File.ReadAllLinesAsync(log.FullName)).TakeLast(LogLinesTold))}"));
        return string.Join('\n', tails);
    }

    /// <summary>Runs <c>./chat cluster</c> to its end; fails with what it said when that is not success.</summary>
    public async Task Script(params string[] arguments)
    {
        var code = await TryScript(arguments);
        Assert.True(code == 0, await File.ReadAllTextAsync(ScriptLog));
    }

    /// <summary>The same; answers the exit code.</summary>
    public async Task<int> TryScript(params string[] arguments)
    {
        var log = ScriptLog;
        // What it starts in the background would keep a pipe open.
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, FindScript(), "cluster", .. arguments]);
        start.Environment["CHAT_CLUSTER_HOME"] = _home.FullName;
        start.Environment["CHAT_TEST_SILO"] = ServerProcess.Silo;
        start.Environment["CHAT_TEST_WEBFRONT"] = ServerProcess.WebFront;
        start.Environment["Chat__Auth__AttemptsBurst"] = "1000";
        start.Environment["Chat__Policy__SendBurst"] = "1000";
        start.Environment["Chat__Policy__SendsPerSecond"] = "1000";
        start.Environment["Chat__Policy__CallBurst"] = "100000";
        start.Environment["Chat__Policy__RequestBurst"] = "100000";
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        using var script = Process.Start(start)!;
        await script.WaitForExitAsync().WaitAsync(ScriptWithin);
        return script.ExitCode;
    }

    private static string FindScript()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Chat.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return Path.Combine(directory.FullName, "chat");
    }
}
