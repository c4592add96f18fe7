using System.Collections.Frozen;
using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.Grains.Telemetry;
using Chat.WebFront.Connections;
using Chat.WebFront.Hosting;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Hub;

/// <summary>
/// Lets a call in, or refuses it because its person or this front has too many, and turns exceptions into numbered refusals: a host or database that cannot be reached is 1004, or 1006 where something may
/// have been stored; anything else is a bug of ours, logged, 1000. The call itself starts on the caller's thread, before
/// anything is awaited: the order of sends rests on that (<see cref="ChatHub.Send"/>).
/// </summary>
internal sealed partial class CallGuard(FrontMetrics metrics, ILogger<CallGuard> logger) : IHubFilter
{
    /// <summary>The names that metrics and spans know methods by: those of the protocol.</summary>
    private static readonly FrozenDictionary<string, string> Names =
        HubWireProtocol.MethodNames.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    private int _running;

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var start = Stopwatch.GetTimestamp();
        var method = Names.GetValueOrDefault(invocationContext.HubMethodName, "unknown");
        using var span = ChatTracing.IsOn ? ChatTracing.BeginTrace(ChatTracing.HubPrefix + method) : null;
        var connection = invocationContext.Context.Features.Get<ClientConnection>()!;
        connection.BeginCall();
        object? reply;
        if (TurnAway(connection, method, invocationContext) is { } refused)
        {
            reply = refused.ToReply();
        }
        else
        {
            Interlocked.Increment(ref _running);
            try
            {
                reply = await next(invocationContext);
            }
            catch (Exception error)
            {
                reply = RefusalOf(error, invocationContext.HubMethodName).ToReply();
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        connection.EndCall();
        if (connection.Floods)
        {
            // Answers would only invite more. Held calls fill the connection's few places, and what else it sends stays unread.
            await Task.Delay(Timeout.Infinite, invocationContext.Context.ConnectionAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        metrics.Called(method, reply, Stopwatch.GetElapsedTime(start));
        if (span is not null && reply is RefusalWire refusal)
        {
            span.SetTag("chat.refusal", refusal.Error.Code);
        }

        return reply;
    }

    /// <summary>Why a call is not begun: too many of this person, or of all together; else null.</summary>
    private ChatError? TurnAway(ClientConnection connection, string method, HubInvocationContext invocation)
    {
        if (connection.Budget is not { } budget || Volatile.Read(ref _running) >= Limits.CallsPerFrontMax)
        {
            return Refusals.Busy;
        }

        if (budget.IsKeptAway(out var left))
        {
            connection.Close(ClosingCode.Flooding, left);
            return Refusals.Busy;
        }

        return CallCosts.Of(method, invocation.HubMethodArguments) is > 0 and var cost ? budget.TryCall(cost) : null;
    }

    private ChatError RefusalOf(Exception error, string method)
    {
        if (!Outage.Is(error))
        {
            LogFault(method, error);
            return Refusals.Internal;
        }

        LogUnavailable(method, error);
        return Writes(method) ? Refusals.OutcomeUnknown : Refusals.Unavailable;
    }

    private static bool Writes(string method) => method is nameof(ChatHub.Send) or nameof(ChatHub.Mark);

    [LoggerMessage(1, LogLevel.Warning, "{Method} could not be answered: cluster or storage unreachable")]
    private partial void LogUnavailable(string method, Exception error);

    [LoggerMessage(2, LogLevel.Error, "{Method} failed")]
    private partial void LogFault(string method, Exception error);
}
