using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Chat.Grains.Users;

internal sealed class UserGrain(
    [PersistentState("user", StateStorage.Name)] IPersistentState<UserState> stored,
    IFrontLinks links,
    NearbyRecipients nearby,
    TimeProvider time,
    IOptions<Policy> policy) : RecipientGrain(links, nearby, time, policy), IUserGrain
{
    private readonly Durable<UserState> _state = new(stored);

    public Task<UserProfile?> GetProfile() => Task.FromResult(Profile());

    public async Task<Arrival> Arrive(FrontAddress front, string? session) =>
        new(await Attach(front), session is null || Holds(session), Profile());

    public async Task<Result<UserProfile>> SetProfile(string displayName)
    {
        var name = UserRules.DisplayName(displayName);
        if (!name.IsOk)
        {
            return name.Error;
        }

        if (_state.Value.DisplayName != name.Value)
        {
            await _state.Write(_state.Value with { DisplayName = name.Value }, this);
        }

        return new UserProfile(Id, name.Value, _state.Value.Stores);
    }

    public async Task OpenSession(string session, DateTimeOffset expiresAt)
    {
        var (next, ended) = UserRules.OpenSession(_state.Value, session, expiresAt, Now);
        await _state.Write(next, this);
        if (ended is not null)
        {
            Pass([new SessionRevokedPush(ended)]);
        }
    }

    public async Task CloseSession(string session)
    {
        var next = _state.Value with { Sessions = _state.Value.Sessions.RemoveAll(entry => entry.Id == session) };
        if (next.Sessions.Length < _state.Value.Sessions.Length)
        {
            await _state.Write(next, this);
        }

        // Also for an unknown session: the earlier call may have stored this and died before telling anybody.
        Pass([new SessionRevokedPush(session)]);
    }

    public Task<bool> HasSession(string session) => Task.FromResult(Holds(session));

    public async Task<Result<Done>> JoinStore(StoreId store)
    {
        var state = _state.Value;
        if (!state.Stores.Contains(store))
        {
            if (state.Stores.Length >= Limits.StoresPerUserMax)
            {
                return new ChatError(ErrorCode.TooMany, "This user works for too many stores.", Limit: Limits.StoresPerUserMax);
            }

            await _state.Write(state with { Stores = state.Stores.Add(store) }, this);
        }

        Pass([new StoresChangedPush()]);
        return Done.Value;
    }

    public async Task LeaveStore(StoreId store)
    {
        if (_state.Value.Stores.Contains(store))
        {
            await _state.Write(_state.Value with { Stores = _state.Value.Stores.Remove(store) }, this);
        }

        Pass([new StoresChangedPush()]);
    }

    private UserId Id => new(Me.Key);

    private UserProfile? Profile() => _state.Value is { DisplayName: { } name } state ? new UserProfile(Id, name, state.Stores) : null;

    private bool Holds(string session) => _state.Value.Sessions.Any(entry => entry.Id == session && entry.ExpiresAt > Now);
}
