using System.Collections.Frozen;
using System.Text;
using Chat.Grains.Accounts;
using Chat.Grains.Shared;
using Microsoft.AspNetCore.Identity;

namespace Chat.WebFront.Auth;

/// <summary>
/// Hashes and checks passwords in ASP.NET Core Identity's format. A hash costs tens of milliseconds of one core, so at most
/// as many as there are cores run at once, and the rest of the front stays responsive while many sign in.
/// </summary>
internal sealed class Passwords : IDisposable
{
    private const int CharsMin = 8;
    private const int CharsMax = 128;

    private static readonly FrozenSet<string> Common = new[]
    {
        "password", "password1", "password12", "password123", "passw0rd", "p@ssw0rd", "p@ssword", "12345678", "123456789",
        "1234567890", "12345678910", "123123123", "11111111", "00000000", "87654321", "987654321", "11223344", "12341234",
        "qwertyui", "qwertyuiop", "qwerty123", "qwerty12", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "qazwsxedc", "zxcvbnm1",
        "asdfghjk", "asdfghjkl", "abcd1234", "abc12345", "a1b2c3d4", "iloveyou", "iloveyou1", "sunshine", "princess",
        "football", "baseball", "superman", "trustno1", "welcome1", "welcome123", "letmein1", "admin123", "administrator",
        "changeme", "whatever", "computer", "internet", "michelle", "jennifer", "starwars", "jordan23", "liverpool",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly PasswordHasher<object> _hasher = new();
    private readonly SemaphoreSlim _cores = new(Math.Max(1, Environment.ProcessorCount));
    private readonly Lazy<string> _nobody;
    private int _waiting;

    public Passwords() => _nobody = new Lazy<string>(() => _hasher.HashPassword(this, "the password of nobody"));

    /// <summary>Whether as many wait for a core as may.</summary>
    public bool IsBusy => Volatile.Read(ref _waiting) >= Limits.PasswordsWaitingMax;

    /// <summary>Why a new password is refused, or null.</summary>
    public static ChatError? Check(string password)
    {
        if (password.Length is < CharsMin or > CharsMax)
        {
            return new ChatError(ErrorCode.WeakPassword, $"A password has {CharsMin} to {CharsMax} characters.", Limit: password.Length < CharsMin ? CharsMin : CharsMax);
        }

        return Common.Contains(password) ? new ChatError(ErrorCode.WeakPassword, "Everybody tries this password first.") : null;
    }

    public Task<Secret> Hash(string password) => OnACore(() => new Secret(_hasher.HashPassword(this, Normal(password))));

    /// <summary>
    /// Whether the password fits the hash; <c>Newer</c> when the hash should be replaced. Without a hash (nobody of that
    /// name) it takes as long and answers no, so that time does not tell which names exist.
    /// </summary>
    public async Task<(bool Fits, Secret? Newer)> Verify(string? hash, string password)
    {
        if (password.Length > CharsMax)
        {
            return default;
        }

        var result = await OnACore(() => _hasher.VerifyHashedPassword(this, hash ?? _nobody.Value, Normal(password)));
        return hash is null ? default
            : result == PasswordVerificationResult.SuccessRehashNeeded ? (true, await Hash(password))
            : (result == PasswordVerificationResult.Success, null);
    }

    public void Dispose() => _cores.Dispose();

    /// <summary>Keyboards spell the same letters differently.</summary>
    private static string Normal(string password) => password.Normalize(NormalizationForm.FormKC);

    private async Task<T> OnACore<T>(Func<T> work)
    {
        Interlocked.Increment(ref _waiting);
        await _cores.WaitAsync();
        try
        {
            Interlocked.Decrement(ref _waiting);
            return await Task.Run(work);
        }
        finally
        {
            _cores.Release();
        }
    }
}
