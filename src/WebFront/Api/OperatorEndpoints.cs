using Chat.Grains.Shared;
using Chat.WebFront.Auth;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Api;

/// <summary>What operators look at: docs/protocol.md part 8.</summary>
internal static class OperatorEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/operator/policy", (IOptions<Policy> policy) => Results.Json(new PolicyWire(PolicyFigures.Of(policy.Value)), WireJson.Rules))
            .RequireStaff(StaffRole.Operator).WithSummary("The marketplace's figures, for operators")
            .Produces<PolicyWire>().Produces<RefusalWire>(401).Produces<RefusalWire>(404);
}
