using Chat.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Accounts;

/// <summary>The secret that signs access tokens where none is configured: one for the whole cluster, kept in the database.</summary>
[Alias("ISigningKeyGrain")]
public interface ISigningKeyGrain : IGrainWithStringKey
{
    /// <summary>
    /// The key, base64. The first caller's <paramref name="candidate"/> becomes it and is durable when this returns; every
    /// later caller gets the same one, whichever process asks.
    /// </summary>
    Task<Secret> GetOrAdd(Secret candidate);
}

/// <summary>What is stored of the signing key.</summary>
internal sealed record SigningKeyState
{
    /// <summary>Null until the first call.</summary>
    public string? Key { get; init; }
}

internal sealed class SigningKeyGrain([PersistentState("signing-key", StateStorage.Name)] IPersistentState<SigningKeyState> stored)
    : Grain, ISigningKeyGrain
{
    private readonly Durable<SigningKeyState> _state = new(stored);

    public async Task<Secret> GetOrAdd(Secret candidate)
    {
        if (_state.Value.Key is null)
        {
            await _state.Write(new SigningKeyState { Key = candidate.Value }, this);
        }

        return new Secret(_state.Value.Key!);
    }
}
