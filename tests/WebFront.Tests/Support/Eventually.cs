namespace Chat.WebFront.Tests.Support;

/// <summary>For what becomes true soon, with a deadline.</summary>
internal static class Eventually
{
    public static async Task True(Func<Task<bool>> holds, Func<string>? otherwise = null)
    {
        var deadline = DateTime.UtcNow.AddSeconds(15);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < deadline, otherwise?.Invoke() ?? "It did not become true in time.");
            await Task.Delay(20);
        }
    }
}
