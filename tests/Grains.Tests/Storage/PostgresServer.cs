using System.Diagnostics;

namespace Chat.Grains.Tests.Storage;

/// <summary>
/// A PostgreSQL of the tests' own, from the machine's binaries, in a temporary directory. The shared one is started on
/// first use, or is the one that <c>CHAT_TEST_POSTGRES</c> names.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly string? Given = Environment.GetEnvironmentVariable("CHAT_TEST_POSTGRES");
    private static readonly string? Binaries = FindBinaries();
    private static readonly Lazy<PostgresServer> Shared = new(() => new PostgresServer());

    private readonly string _directory;
    private readonly int _port;
    private readonly string _settings;

    public PostgresServer(string settings = "")
    {
        _settings = settings;
        _port = FreePorts.Next();
        _directory = Directory.CreateTempSubdirectory("chat-postgres-").FullName;
        if (IsRoot)
        {
            RunChecked("chown", "postgres", _directory);
        }

        RunAsServer("initdb", "-D", Data, "-A", "trust", "-U", "postgres", "--no-sync");
        Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        StopWhenTestsAreKilled();
    }

    /// <summary>Null, or why there is no PostgreSQL to test on.</summary>
    public static string? WhyNot => Given is not null || Binaries is not null
        ? null
        : "No PostgreSQL: set CHAT_TEST_POSTGRES to a connection string, or install the package postgresql.";

    /// <summary>Null, or why no server can be started and killed at will.</summary>
    public static string? WhyNoOwn => Binaries is not null ? null : "No PostgreSQL binaries under /usr/lib/postgresql.";

    public static string SharedConnectionString => Given ?? Shared.Value.ConnectionString;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    private static bool IsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(_directory, "data");

    public void Start() => RunAsServer(
        "pg_ctl", "-D", Data, "-w", "-s", "-l", Path.Combine(_directory, "log"),
        "-o", $"-p {_port} -k {_directory} -h 127.0.0.1 -c max_connections=200 {_settings}", "start");

    /// <summary>
    /// What a power cut does. Backends go with their parent: one that is still busy would hold the shared memory, and the
    /// server would refuse to start again.
    /// </summary>
    public void Kill()
    {
        foreach (var process in Processes())
        {
            Kill(process);
        }
    }

    /// <summary>Connections stay open, new ones are taken by the kernel, and nothing is answered any more.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>Ends <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("-CONT");

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Run(ServerCommand("pg_ctl", "-D", Data, "-m", "immediate", "-s", "stop"));
            Directory.Delete(_directory, recursive: true);
        }
    }

    /// <summary>The parent first. The directory they work in tells them from those of other servers.</summary>
    private Process[] Processes()
    {
        var parent = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        return [.. Process.GetProcesses().Where(process => new FileInfo($"/proc/{process.Id}/cwd").LinkTarget == Data).OrderByDescending(process => process.Id == parent)];
    }

    private void Signal(string signal)
    {
        var processes = Processes();
        RunChecked(["kill", signal, .. processes.Select(process => process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        Array.ForEach(processes, process => process.Dispose());
    }

    private static void Kill(Process process)
    {
        using (process)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static string? FindBinaries() => !Directory.Exists("/usr/lib/postgresql")
        ? null
        : Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(path => File.Exists(Path.Combine(path, "initdb")))
            .MaxBy(path => int.Parse(Path.GetFileName(Path.GetDirectoryName(path)!), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The server refuses to run as root.</summary>
    private static string[] ServerCommand(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(Binaries!, program), .. arguments];
        return IsRoot ? ["runuser", "-u", "postgres", "--", .. command] : command;
    }

    private static void RunAsServer(string program, params string[] arguments) => RunChecked(ServerCommand(program, arguments));

    private static void RunChecked(params string[] command)
    {
        var (exit, output) = Run(command);
        if (exit != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exit}: {output}");
        }
    }

    private static (int Exit, string Output) Run(string[] command)
    {
        // The server inherits the output: it must be a file, or reading it would never end.
        var output = Path.GetTempFileName();
        using var process = Process.Start("sh", ["-c", "\"$@\" >\"$0\" 2>&1 </dev/null", output, .. command]);
        process.WaitForExit();
        var text = File.ReadAllText(output);
        File.Delete(output);
        return (process.ExitCode, text);
    }

    private void StopWhenTestsAreKilled()
    {
        var stop = string.Join(' ', ServerCommand("pg_ctl", "-D", Data, "-m", "immediate", "-s", "stop"));
        var script = $"while kill -0 {Environment.ProcessId} && [ -d {_directory} ]; do sleep 2; done; [ -d {_directory} ] && {stop}; rm -rf {_directory}";
        Process.Start("sh", ["-c", $"({script}) >/dev/null 2>&1 </dev/null &"]).WaitForExit();
    }
}
