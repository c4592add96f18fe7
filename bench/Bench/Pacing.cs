using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Chat.Bench;

/// <summary>Waits to a moment far more exactly than a timer would: a late send would be counted as the server's delay.</summary>
internal static partial class Pacing
{
    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Blocks the thread until a moment on <see cref="Stopwatch"/>'s clock.</summary>
    public static void SleepUntil(long timestamp)
    {
        // On Linux both clocks are the same: nanoseconds of CLOCK_MONOTONIC.
        if (OperatingSystem.IsLinux() && Stopwatch.Frequency == NanosecondsPerSecond)
        {
            var until = new TimeSpec { Seconds = (nint)(timestamp / NanosecondsPerSecond), Nanoseconds = (nint)(timestamp % NanosecondsPerSecond) };
            while (Stopwatch.GetTimestamp() < timestamp && ClockNanosleep(ClockMonotonic, AbsoluteTime, in until, IntPtr.Zero) != 0)
            {
                // A signal woke it early.
            }

            return;
        }

        while (Stopwatch.GetTimestamp() < timestamp)
        {
            Thread.Sleep(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in TimeSpec until, IntPtr remaining);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
