using Chat.Grains.Storage;

namespace Chat.WebFront.Hosting;

/// <summary>Which exceptions say that storage, cluster or an outside issuer cannot be reached now, and nothing about the request.</summary>
internal static class Outage
{
    public static bool Is(Exception error) => error is StorageUnavailableException or TimeoutException || HostFaults.IsUnavailable(error);
}
