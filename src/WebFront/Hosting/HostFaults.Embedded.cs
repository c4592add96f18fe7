using Orleans.Runtime;

namespace Chat.WebFront.Hosting;

/// <summary>Which exceptions of the grain host say that it cannot be reached, and nothing about the call.</summary>
internal static class HostFaults
{
    public static bool IsUnavailable(Exception error) => error is OrleansException;
}
