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

    public Task Attach(LocalRecipient recipient) => recipient.EnsureAttached(grains.Recipient(recipient.Id), identity.Address);

    /// <summary>The same for a person who connects, with what else has to be known of them.</summary>
    public async Task<Arrival> Arrive(LocalUser user, string? session)
    {
        var recipient = directory.Find(user.Principal)!;
        var (arrival, lost) = await recipient.Arrive(grains.User(user.Id), identity.Address, session);
        if (lost)
        {
            Resync(recipient);
        }

        return arrival;
    }

    /// <summary>Brings grains up to date about recipients that lost somebody. Never throws.</summary>
    public async Task Settle(LocalRecipient recipient)
    {
        try
        {
            if (recipient.Id.IsStore)
            {
                await presence.ReportUnlessOneWaits(recipient);
            }

            if (recipient.Users.IsEmpty)
            {
                await recipient.DetachIfEmpty(grains.Recipient(recipient.Id), identity.Id);
            }
        }
        catch (Exception error)
        {
            // Leases end by themselves.
            LogNotTold(recipient.Id, error);
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
        var due = directory.Recipients.Where(recipient => (uint)recipient.Id.GetHashCode() % (uint)shares == share);
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
                    await grains.Recipient(recipient.Id).Detach(identity.Id);
                }
                catch (Exception error)
                {
                    LogNotTold(recipient.Id, error);
                }
            });

    private async Task Renew(LocalRecipient recipient)
    {
        try
        {
            if (!await recipient.Renew(grains.Recipient(recipient.Id), identity.Address))
            {
                return;
            }
        }
        catch (Exception error)
        {
            LogNotRenewed(recipient.Id, error);
            return;
        }

        Resync(recipient);
    }

    private void Resync(LocalRecipient recipient)
    {
        var resync = OutgoingEvent.Of(new ResyncEvent("the registration of this front end was lost"));
        var told = 0;
        foreach (var connection in recipient.Connections)
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
