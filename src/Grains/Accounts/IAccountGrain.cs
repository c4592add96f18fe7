using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Accounts;

/// <summary>What a sign-in needs. The hash is made and checked by the front end, in the format of ASP.NET Core Identity.</summary>
[GenerateSerializer, Immutable, Alias("AccountRecord")]
public sealed record AccountRecord([property: Id(0)] UserId User, [property: Id(1)] string PasswordHash)
{
    /// <summary>Without the hash: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"AccountRecord {User}";
}

/// <summary>
/// One built-in account. Key: the account name, which is also the user id, so that two registrations of one name meet in
/// one grain and, should two activations meet, in one database row.
/// </summary>
[Alias("IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Takes the name. Errors: 2003.</summary>
    Task<Result<AccountRecord>> Register(Secret passwordHash);

    /// <summary>
    /// Begins an attempt to sign in: the record, or 2002 when there is none, or 2006 with a retry-after when too many
    /// attempts failed lately. An attempt counts as failed until <see cref="AttemptSucceeded"/>.
    /// </summary>
    Task<Result<AccountRecord>> BeginAttempt();

    /// <summary>The password was right; forgets failed attempts, and stores a newer hash when one is given.</summary>
    Task AttemptSucceeded(Secret? newerHash);
}
