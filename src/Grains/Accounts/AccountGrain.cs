using System.Collections.Immutable;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Accounts;

/// <summary>What is stored of an account.</summary>
internal sealed record AccountState
{
    /// <summary>Null until the name is taken.</summary>
    public string? PasswordHash { get; init; }
}

/// <summary>The rules of sign-in attempts. Pure.</summary>
internal static class AttemptRules
{
    /// <summary>
    /// The attempts with this one added, or 2006 when the window is full. An attempt counts as failed until it is taken back.
    /// </summary>
    public static (ImmutableQueue<DateTimeOffset> Next, ChatError? Error) Begin(ImmutableQueue<DateTimeOffset> attempts, DateTimeOffset now, Policy policy)
    {
        while (!attempts.IsEmpty && attempts.Peek() <= now - policy.SignInWindow)
        {
            attempts = attempts.Dequeue();
        }

        return attempts.Count() < policy.SignInAttempts
            ? (attempts.Enqueue(now), null)
            : (attempts, new ChatError(
                ErrorCode.TooManyAttempts, "Too many attempts to sign in.", attempts.Peek() + policy.SignInWindow - now, policy.SignInAttempts));
    }
}

internal sealed class AccountGrain(
    [PersistentState("account", StateStorage.Name)] IPersistentState<AccountState> stored,
    TimeProvider time,
    IOptions<Policy> policy) : Grain, IAccountGrain
{
    private readonly Durable<AccountState> _state = new(stored);

    /// <summary>Not stored: a new activation forgives, which costs an attacker more than it gives.</summary>
    private ImmutableQueue<DateTimeOffset> _attempts = [];

    public async Task<Result<AccountRecord>> Register(Secret passwordHash)
    {
        if (_state.Value.PasswordHash is not null)
        {
            return new ChatError(ErrorCode.NameTaken, "An account of that name exists.");
        }

        await _state.Write(new AccountState { PasswordHash = passwordHash.Value }, this);
        return Record;
    }

    public Task<Result<AccountRecord>> BeginAttempt()
    {
        (_attempts, var error) = AttemptRules.Begin(_attempts, time.GetUtcNow(), policy.Value);
        Result<AccountRecord> reply = error is not null ? error
            : _state.Value.PasswordHash is null ? new ChatError(ErrorCode.BadCredentials, "Name or password is wrong.")
            : Record;
        return Task.FromResult(reply);
    }

    public async Task AttemptSucceeded(Secret? newerHash)
    {
        _attempts = [];
        if (newerHash is not null && _state.Value.PasswordHash is not null)
        {
            await _state.Write(new AccountState { PasswordHash = newerHash.Value }, this);
        }
    }

    private AccountRecord Record => new(new UserId(GrainKeys.IdPart(this.GetPrimaryKeyString())), _state.Value.PasswordHash!);
}
