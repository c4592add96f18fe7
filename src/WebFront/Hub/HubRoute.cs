namespace Chat.WebFront.Hub;

/// <summary>Where the hub is.</summary>
internal static class HubRoute
{
    public const string Path = "/hub";
}
