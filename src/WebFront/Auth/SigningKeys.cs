using System.Security.Cryptography;
using Chat.Grains;
using Chat.Grains.Accounts;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Orleans;

namespace Chat.WebFront.Auth;

/// <summary>The key of our own tokens: configured, or made once and common to all fronts through its grain.</summary>
internal sealed class SigningKeys(IGrainFactory grains, IOptions<FrontOptions> options) : IDisposable
{
    private const int KeyBytes = 64;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SymmetricSecurityKey? _key;

    public async ValueTask<SymmetricSecurityKey> Get()
    {
        if (Volatile.Read(ref _key) is { } known)
        {
            return known;
        }

        await _turn.WaitAsync();
        try
        {
            if (_key is null)
            {
                var configured = options.Value.Auth.SigningKey;
                var bytes = configured is not null
                    ? Convert.FromBase64String(configured)
                    : Convert.FromBase64String((await grains.SigningKey().GetOrAdd(new Secret(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))))).Value);
                Volatile.Write(ref _key, new SymmetricSecurityKey(bytes));
            }

            return _key!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
