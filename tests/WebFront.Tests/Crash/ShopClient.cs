using System.Net.Http.Json;
using System.Text.Json;

namespace Chat.WebFront.Tests.Crash;

/// <summary>An answer over REST: the body of a success, or the code of a refusal.</summary>
internal sealed record ShopAnswer(JsonElement Body, int? Refusal)
{
    /// <summary>The order's version now.</summary>
    public long Version => Body.GetProperty("version").GetInt64();

    /// <summary>The order's status.</summary>
    public string Status => Body.GetProperty("status").GetString()!;

    /// <summary>All transitions of an order.</summary>
    public IReadOnlyList<SeenStep> Steps =>
    [
        .. Body.GetProperty("steps").EnumerateArray().Select(step => new SeenStep(
            step.GetProperty("version").GetInt64(),
            step.GetProperty("change").GetString()!,
            step.GetProperty("side").GetString()!,
            DateTimeOffset.FromUnixTimeMilliseconds(step.GetProperty("at").GetInt64()),
            step.GetProperty("status").GetString()!)),
    ];
}

/// <summary>
/// REST as a client has to use it: what was not answered, or answered with "repeat it", is asked again of the next front,
/// a command under its id.
/// </summary>
internal sealed class ShopClient : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient[] _fronts;
    private int _next;
    private int _repeats;

    public ShopClient(IEnumerable<Uri> fronts) => _fronts = [.. fronts.Select(front => new HttpClient { BaseAddress = front, Timeout = AnswerWithin })];

    /// <summary>How many fronts there are.</summary>
    public int Fronts => _fronts.Length;

    /// <summary>How often something had to be asked again.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>Asks until there is an answer, of any front unless one is named.</summary>
    public async Task<ShopAnswer> Ask(HttpMethod method, string path, string? token, object? body = null, int? front = null)
    {
        using var patience = new CancellationTokenSource(GiveUpAfter);
        while (true)
        {
            if (await Try(_fronts[front ?? (int)((uint)Interlocked.Increment(ref _next) % _fronts.Length)], method, path, token, body) is { } answer)
            {
                return answer;
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(Pause, patience.Token);
        }
    }

    public void Dispose()
    {
        foreach (var front in _fronts)
        {
            front.Dispose();
        }
    }

    /// <summary>Null when it has to be asked again.</summary>
    private static async Task<ShopAnswer?> Try(HttpClient front, HttpMethod method, string path, string? token, object? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            using var answer = await front.SendAsync(request);
            var told = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.IsSuccessStatusCode)
            {
                return new ShopAnswer(told, null);
            }

            var error = told.GetProperty("error");
            return error.GetProperty("temporary").GetBoolean() ? null : new ShopAnswer(told, error.GetProperty("code").GetInt32());
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return null;
        }
    }
}
