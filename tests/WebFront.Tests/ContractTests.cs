using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Tests;

/// <summary>The error list is one with TypeScript's: both are pinned by tests/Contracts/errors.json.</summary>
public sealed class ContractTests
{
    private static readonly JsonArray Pinned = JsonNode.Parse(File.ReadAllText(Contract()))!.AsArray();

    private static string Contract([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Contracts", "errors.json");

    [Fact]
    public void Error_codes_names_and_tempers_are_the_pinned_ones()
    {
        var ours = Enum.GetValues<ErrorCode>().Select(code => new ChatError(code, string.Empty).ToWire()).Select(error => (error.Code, error.Name, error.Temporary));

        var pinned = Pinned.Select(entry => (entry!["code"]!.GetValue<int>(), entry["name"]!.GetValue<string>(), entry["temporary"]!.GetValue<bool>()));

        Assert.Equal(pinned.Order(), ours.Order());
    }

    [Theory]
    [InlineData(9001, "token_expired", true)]
    [InlineData(9002, "session_revoked", false)]
    [InlineData(9003, "slow_client", true)]
    [InlineData(9004, "draining", true)]
    [InlineData(9005, "too_many_connections", false)]
    [InlineData(9006, "flooding", true)]
    public void Closing_codes_are_those_of_the_protocol(int code, string name, bool reconnect)
    {
        var closing = ClosingEvents.Of((ClosingCode)code, null);

        Assert.Equal((code, name, reconnect), (closing.Code, closing.Name, closing.Reconnect));
    }
}
