using Chat.Grains.Shared;

namespace Chat.Grains.Users;

/// <summary>The rules of users. Pure.</summary>
internal static class UserRules
{
    /// <summary>A display name without surrounding blanks, or 2004.</summary>
    public static Result<string> DisplayName(string text)
    {
        var name = text.Trim();
        var codePoints = 0;
        for (var i = 0; i < name.Length; i++, codePoints++)
        {
            if (char.IsControl(name[i]))
            {
                return Bad("A name cannot hold control characters.");
            }

            if (!char.IsSurrogate(name[i]))
            {
                continue;
            }

            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1]))
            {
                return Bad("The name holds half a surrogate pair.");
            }

            i++;
        }

        return codePoints is 0 or > Limits.DisplayNameCodePointsMax
            ? Bad($"A name has 1 to {Limits.DisplayNameCodePointsMax} characters.")
            : name;
    }

    /// <summary>Opens or extends a session; expired ones go, and the oldest beyond <see cref="Limits.SessionsPerUserMax"/>.</summary>
    public static (UserState Next, string? Ended) OpenSession(UserState state, string session, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        var sessions = state.Sessions.RemoveAll(entry => entry.Id == session || entry.ExpiresAt <= now).Add(new SessionEntry(session, expiresAt));
        return sessions.Length <= Limits.SessionsPerUserMax
            ? (state with { Sessions = sessions }, null)
            : (state with { Sessions = sessions.RemoveAt(0) }, sessions[0].Id);
    }

    private static ChatError Bad(string why) => new(ErrorCode.BadName, why, Limit: Limits.DisplayNameCodePointsMax);
}
