using Chat.Grains.Shared;
using Chat.WebFront.Auth;

namespace Chat.WebFront.Options;

/// <summary>Names everything that is wrong with the list of staff; never a password.</summary>
internal static class StaffChecks
{
    public static void Check(FrontOptions options, List<string> wrong)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < options.Staff.Length; at++)
        {
            var (member, place) = (options.Staff[at], $"Chat:Staff:{at}");
            if (!UserId.TryParse(member.User, out _))
            {
                wrong.Add($"{place}:User '{member.User}' is no user id: 1 to {IdText.CharsMax} of a-z, 0-9, '.', '_' and '-', first a letter or digit.");
            }
            else if (!seen.Add(member.User))
            {
                wrong.Add($"{place}:User '{member.User}' is listed twice.");
            }

            if (member.Roles.Length == 0)
            {
                wrong.Add($"{place}:Roles is empty; name moderator, operator or both.");
            }

            wrong.AddRange(member.Roles.Where(role => StaffMember.RoleOf(role) is null)
                .Select(role => $"{place}:Roles holds '{role}', which is neither moderator nor operator."));
            Password(member, place, options.Auth, wrong);
        }
    }

    private static void Password(StaffMember member, string place, AuthOptions auth, List<string> wrong)
    {
        if (member.Password is not { } password)
        {
            return;
        }

        var setting = $"{place}:Password";
        if (!auth.HasAccounts)
        {
            wrong.Add($"{setting} is given, but built-in accounts are off (Chat:Auth:BuiltInAccounts).");
        }

        if (Passwords.Check(password) is { } weak)
        {
            wrong.Add($"{setting}: {weak.Message}");
        }
    }
}
