using System.Collections.Frozen;
using Chat.Grains.Shared;
using Chat.WebFront.Demo;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Auth;

/// <summary>
/// Who has which role: by the list in the settings, by the outside issuer's word, and in demo mode by the demo's own accounts.
/// </summary>
internal sealed class StaffRoles
{
    private readonly FrozenDictionary<UserId, FrozenSet<StaffRole>> _listed;

    public StaffRoles(IOptions<FrontOptions> options, DemoMode demo, DemoData data)
    {
        var entries = options.Value.Staff.SelectMany(member => member.Roles.Select(role => (Name: member.User, Role: StaffMember.RoleOf(role))));
        if (demo.IsOn)
        {
            entries = entries.Concat(data.Accounts.Accounts.Select(account => (account.Name, StaffMember.RoleOf(account.Role))));
        }

        _listed = entries.Where(entry => entry.Role is not null).GroupBy(entry => new UserId(entry.Name), entry => entry.Role!.Value)
            .ToFrozenDictionary(user => user.Key, user => user.ToFrozenSet());
    }

    /// <summary>Whether a name is one of the staff's, which nobody may register.</summary>
    public bool IsReserved(UserId user) => _listed.ContainsKey(user);

    /// <summary>The roles of somebody signed in, in the order of <see cref="StaffRole"/>.</summary>
    public IReadOnlyList<StaffRole> Of(TokenIdentity person)
    {
        var listed = _listed.GetValueOrDefault(person.User);
        return listed is null && person.Roles.Count == 0
            ? []
            : [.. Enum.GetValues<StaffRole>().Where(role => listed?.Contains(role) == true || person.Roles.Contains(role))];
    }
}
