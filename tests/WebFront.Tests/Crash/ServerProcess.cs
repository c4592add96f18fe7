using System.Diagnostics;

namespace Chat.WebFront.Tests.Crash;

/// <summary>A real server process, to be killed. Ends with the test at the latest.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);
    private const int TailLines = 60;
    private readonly Process _process;
    private readonly Queue<string> _tail = new();

    private readonly int _keep;

    private ServerProcess(Process process, int keep)
    {
        (_process, _keep) = (process, keep);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The last lines it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    /// <summary>The built web front: given by the script that runs all tests, or the one this test was built with.</summary>
    public static string WebFront { get; } = Environment.GetEnvironmentVariable("CHAT_TEST_WEBFRONT") ?? Sibling("WebFront", "Chat.WebFront.dll");

    /// <summary>The built silo.</summary>
    public static string Silo { get; } = Environment.GetEnvironmentVariable("CHAT_TEST_SILO") ?? Sibling("Silo", "Chat.Silo.dll");

    /// <summary>Runs a program that should end by itself at once: its exit code, and all that it wrote.</summary>
    public static async Task<(int Exit, string[] Lines)> RunToEnd(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync().WaitAsync(ReadyWithin);
            await process.WaitForExitAsync().WaitAsync(ReadyWithin);
            return (process.ExitCode, $"{await output}{errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts and waits until <c>/health/ready</c> says so; <paramref name="keep"/> is how many of the last lines it wrote are kept.</summary>
    public static async Task<ServerProcess> Start(string program, Uri address, IReadOnlyDictionary<string, string> settings, int keep = TailLines)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--urls", address.ToString().TrimEnd('/')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var server = new ServerProcess(process, keep);
        if (!await IsReady(process, address))
        {
            server.Dispose();
            Assert.Fail($"{Path.GetFileName(program)} did not get ready:\n{string.Join('\n', server.Tail.Split('\n').TakeLast(TailLines))}");
        }

        return server;
    }

    /// <summary>What a crash does: no handler runs.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Tells it to stop, as an operator would, and waits until it has and all that it wrote is here; answers the exit code.</summary>
    public async Task<int> Stop()
    {
        using var tell = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(ReadyWithin);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private void Keep(string? line)
    {
        lock (_tail)
        {
            _tail.Enqueue(line ?? "");
            if (_tail.Count > _keep)
            {
                _tail.Dequeue();
            }
        }
    }

    private static async Task<bool> IsReady(Process process, Uri address)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < ReadyWithin && !process.HasExited; await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }
        }

        return false;
    }

    /// <summary>Beside the tests' own output folder there is one for each project.</summary>
    private static string Sibling(string project, string file) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, new DirectoryInfo(AppContext.BaseDirectory).Name, file));
}
