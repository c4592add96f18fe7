using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Chat.Bench;

/// <summary>Processor time of what takes part, in seconds.</summary>
/// <param name="Server">The measured server's processes.</param>
/// <param name="Postgres">Its PostgreSQL.</param>
/// <param name="Generator">This process.</param>
/// <param name="Neighbours">The other servers of the comparison, which idle meanwhile, with their PostgreSQL.</param>
/// <param name="Machine">Everything.</param>
internal readonly record struct CpuReading(double Server, double Postgres, double Generator, double Neighbours, double Machine)
{
    public static CpuReading operator -(CpuReading later, CpuReading earlier) => new(
        later.Server - earlier.Server,
        // A backend that ended meanwhile is counted more coarsely than while it lived.
        Math.Max(0, later.Postgres - earlier.Postgres),
        later.Generator - earlier.Generator,
        later.Neighbours - earlier.Neighbours,
        later.Machine - earlier.Machine);

    public static CpuReading operator +(CpuReading one, CpuReading other) => new(
        one.Server + other.Server,
        one.Postgres + other.Postgres,
        one.Generator + other.Generator,
        one.Neighbours + other.Neighbours,
        one.Machine + other.Machine);

    /// <summary>Programs that take no part.</summary>
    public double Others => Math.Max(0, Machine - Server - Postgres - Generator - Neighbours);
}

/// <summary>Looks at the processes of one server.</summary>
/// <remarks>
/// Of living processes the kernel's clocks are read, which count nanoseconds; the whole machine, and what has ended, is in
/// /proc only, in steps of 10 ms.
/// </remarks>
internal sealed partial class Meters(int[] servers, int[] postmasters)
{
    /// <summary>Fixed by the kernel's interface to user space on every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Which of a process' clocks: what it ran. See clock_getcpuclockid(3); the number is the kernel's interface.</summary>
    private const int SchedulerClock = 2;

    /// <summary>The other servers of the comparison.</summary>
    public IReadOnlyList<Meters> Neighbours { get; set; } = [];

    public CpuReading Cpu() => new(
        ServerSeconds(),
        PostgresSeconds(),
        Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds,
        Neighbours.Sum(other => other.ServerSeconds() + other.PostgresSeconds()),
        MachineTicks() / TicksPerSecond);

    /// <summary>Resident memory of the servers in bytes, proportional share of what is shared.</summary>
    public long ServerPss() => servers.Sum(pid => Kilobytes($"/proc/{pid}/smaps_rollup", "Pss:")) * 1024;

    /// <summary>Resident memory of the servers in bytes.</summary>
    public long ServerRss() => servers.Sum(pid => Kilobytes($"/proc/{pid}/status", "VmRSS:")) * 1024;

    private static long Kilobytes(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private double ServerSeconds() => servers.Sum(Seconds);

    /// <summary>The postmasters, their living children, and those they have buried.</summary>
    private double PostgresSeconds()
    {
        if (postmasters is [])
        {
            return 0;
        }

        var total = postmasters.Sum(pid => Seconds(pid) + BuriedSeconds(pid));
        string[] masters = [.. postmasters.Select(pid => pid.ToString(CultureInfo.InvariantCulture))];
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var pid) && Stat(pid) is { } stat && masters.Contains(stat[1]))
            {
                total += Seconds(pid);
            }
        }

        return total;
    }

    private static double Seconds(int pid) =>
        ClockGetTime((~pid << 3) | SchedulerClock, out var time) == 0 ? time.Seconds + (time.Nanoseconds / 1e9) : 0;

    /// <summary>Fields from the third on: state, parent, ...; those of ended children are 16 and 17.</summary>
    private static double BuriedSeconds(int pid) =>
        Stat(pid) is { } stat ? stat.Skip(13).Take(2).Sum(text => double.Parse(text, CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>All processors, everything but idling and waiting for a disk.</summary>
    private static double MachineTicks()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(1).Take(8).Where((_, index) => index is not (3 or 4)).Sum(text => double.Parse(text, CultureInfo.InvariantCulture));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
