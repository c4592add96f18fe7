using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Demo;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Auth;

/// <summary>
/// Makes the built-in accounts of staff where they are missing: those listed with a password, and in demo mode the demo's own,
/// which a database that was filled by an earlier build lacks. Nobody else can take these names meanwhile.
/// </summary>
internal sealed partial class StaffAccounts(
    IOptions<FrontOptions> options,
    DemoMode demo,
    DemoData data,
    IGrainFactory grains,
    Passwords passwords,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<StaffAccounts> logger) : BackgroundService
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when every account is there.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var stop = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        await started.Task;
        foreach (var (user, name, password) in Wanted())
        {
            while (!await TryMake(user, name, password, stoppingToken))
            {
                await Task.Delay(RetryEvery, time, stoppingToken);
            }
        }

        _done.TrySetResult();
    }

    private IEnumerable<(UserId User, string Name, string Password)> Wanted()
    {
        foreach (var member in options.Value.Staff)
        {
            if (member.Password is { } password)
            {
                yield return (new UserId(member.User), member.User, password);
            }
        }

        if (demo.IsOn && options.Value.Auth.HasAccounts)
        {
            foreach (var account in data.Accounts.Accounts.Where(account => StaffMember.RoleOf(account.Role) is not null))
            {
                yield return (new UserId(account.Name), account.DisplayName, account.Password);
            }
        }
    }

    private async Task<bool> TryMake(UserId user, string name, string password, CancellationToken stopping)
    {
        try
        {
            if (await grains.User(user).GetProfile() is null)
            {
                await grains.User(user).SetProfile(name);
            }

            var taken = await grains.Account(user).Register(await passwords.Hash(password));
            if (taken.IsOk)
            {
                LogMade(user);
            }

            return true;
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            LogFailed(user, error);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Account of {User}, who is staff, made")]
    private partial void LogMade(UserId user);

    [LoggerMessage(2, LogLevel.Warning, "Account of {User}, who is staff, could not be made; tried again")]
    private partial void LogFailed(UserId user, Exception error);
}
