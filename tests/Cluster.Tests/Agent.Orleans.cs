using System.Net.Http.Json;
using System.Text.Json;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>People with accounts, and their connections.</summary>
internal static class Agent
{
    /// <summary>A token of a demo account; the first start may still be making it.</summary>
    public static Task<string> SignIn(Uri front, string name) => Eventually.Get(async () =>
    {
        using var http = new HttpClient { BaseAddress = front };
        var demo = await http.GetFromJsonAsync<JsonElement>("/api/demo");
        var password = demo.GetProperty("accounts").EnumerateArray().Single(account => account.GetProperty("name").GetString() == name).GetProperty("password").GetString();
        return await Token(http, "/api/sessions", new { name, password });
    });

    /// <summary>A token of somebody new.</summary>
    public static async Task<string> Register(Uri front, string name)
    {
        using var http = new HttpClient { BaseAddress = front };
        return await Token(http, "/api/accounts", new { name, displayName = "Somebody", password = "a long enough secret" });
    }

    /// <summary>A connection that has said hello.</summary>
    public static async Task<HubLink> Enter(Uri front, string token, Action<JsonElement> onEvent)
    {
        var link = await HubLink.Open(front, token, onEvent);
        var reply = await link.Call("hello", new { protocol = 1, device = Guid.CreateVersion7(), active = true });
        Assert.True(reply.GetProperty("ok").GetBoolean(), reply.GetRawText());
        return link;
    }

    private static async Task<string> Token(HttpClient http, string path, object request)
    {
        using var answer = await http.PostAsJsonAsync(path, request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
