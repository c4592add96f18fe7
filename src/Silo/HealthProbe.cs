namespace Chat.Silo;

/// <summary>
/// The <c>--health</c> switch: a program asks its own running process whether it is ready, so that an image needs no other
/// tool for its health check.
/// </summary>
public static class HealthProbe
{
    /// <summary>The switch.</summary>
    public const string Switch = "--health";

    /// <summary>The port of the first of the addresses a web server listens on, as in ASPNETCORE_URLS.</summary>
    public static int PortOf(string? urls, int otherwise)
    {
        var first = urls?.Split(';')[0].Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
        return Uri.TryCreate(first, UriKind.Absolute, out var address) ? address.Port : otherwise;
    }

    /// <summary>0 when <c>/health/ready</c> on this port of loopback answers with success within 3 s, else 1.</summary>
    public static async Task<int> Run(int port)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }
}
