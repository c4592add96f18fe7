using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Users;
using Chat.WebFront.Presence;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Connections;

/// <summary>
/// Registrations of this front with the grains of everybody connected here: made on the first connection, renewed evenly
/// over time, taken back on the last disconnect.
/// </summary>
internal sealed partial class FrontLeases(
    IGrainFactory grains,
    ConnectionDirectory directory,
    PresenceReporter presence,
    FrontIdentity identity,
    FrontMetrics metrics,
    IOptions<Policy> policy,
    ILogger<FrontLeases> logger)
{
    /// <summary>Renewals under way at once.</summary>
    private const int ParallelMax = 32;

    public Task Attach(LocalRecipient recipient) => recipient.EnsureAttached(grains.Recipient(recipient.Principal), identity.Address);

    /// <summary>The same for a person who connects, with what else has to be known of them.</summary>
    public async Task<Arrival> Arrive(LocalUser user, string? session)
    {
        var (arrival, lost) = await user.Arrive(grains.User(user.Id), identity.Address, session);
        if (lost)
        {
            Resync(user);
        }

        return arrival;
    }

    /// <summary>Brings grains up to date about recipients that lost somebody. Never throws.</summary>
    public async Task Settle(LocalRecipient recipient)
    {
        try
        {
            if (recipient is LocalTeam team)
            {
                await presence.ReportUnlessOneWaits(team);
            }

            if (recipient.IsEmpty)
            {
                await recipient.DetachIfEmpty(grains.Recipient(recipient.Principal), identity.Id);
            }
        }
        catch (Exception error)
        {
            // Leases end by themselves.
            LogNotTold(recipient.Principal, error);
        }
        finally
        {
            directory.Forget(recipient);
        }
    }

    /// <summary>Renews this second's share.</summary>
    public Task Tick(long second)
    {
        var shares = Math.Max(1, (int)policy.Value.FrontRenewal.TotalSeconds);
        var share = (int)(second % shares);
        var due = directory.Recipients.Where(recipient => (uint)recipient.Principal.GetHashCode() % (uint)shares == share);
        return Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ParallelMax }, async (recipient, _) => await Renew(recipient));
    }

    /// <summary>Takes every registration back: this front goes. Failures do no harm.</summary>
    public Task DetachAll() =>
        Parallel.ForEachAsync(
            directory.Recipients,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelMax },
            async (recipient, _) =>
            {
                try
                {
                    await grains.Recipient(recipient.Principal).Detach(identity.Id);
                }
                catch (Exception error)
                {
                    LogNotTold(recipient.Principal, error);
                }
            });

    private async Task Renew(LocalRecipient recipient)
    {
        try
        {
            if (!await recipient.Renew(grains.Recipient(recipient.Principal), identity.Address))
            {
                return;
            }
        }
        catch (Exception error)
        {
            LogNotRenewed(recipient.Principal, error);
            return;
        }

        Resync(recipient);
    }

    private void Resync(LocalRecipient recipient)
    {
        var resync = OutgoingEvent.Of(new ResyncEvent("the registration of this front end was lost"));
        var told = 0;
        foreach (var connection in recipient.AllConnections)
        {
            connection.Send(resync);
            told++;
        }

        metrics.Resynced(ResyncCause.Registration, told);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Principal} could not be told that connections left; leases will end")]
    private partial void LogNotTold(PrincipalId principal, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The registration with {Principal} could not be renewed; it is tried again")]
    private partial void LogNotRenewed(PrincipalId principal, Exception error);
}
