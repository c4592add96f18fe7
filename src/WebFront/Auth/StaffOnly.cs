using Microsoft.AspNetCore.Authorization;

namespace Chat.WebFront.Auth;

/// <summary>A route for staff of one role.</summary>
internal sealed record StaffRequirement(Options.StaffRole Role) : IAuthorizationRequirement;

/// <summary>Looks the role up. It runs before anything of the request is read, so that no refusal of its content tells that the route exists.</summary>
internal sealed class StaffAuthorization(StaffRoles roles) : AuthorizationHandler<StaffRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, StaffRequirement requirement)
    {
        if (context.User.Identity is { IsAuthenticated: true } && roles.Of(TokenPrincipal.IdentityOf(context.User)).Contains(requirement.Role))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Guards routes.</summary>
internal static class StaffOnly
{
    /// <summary>
    /// Only staff of this role. Without a token 2001, as everywhere; everybody else gets 1002, byte for byte the answer of a route
    /// that does not exist.
    /// </summary>
    public static T RequireStaff<T>(this T route, Options.StaffRole role)
        where T : IEndpointConventionBuilder =>
        route.RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(new StaffRequirement(role)));
}
