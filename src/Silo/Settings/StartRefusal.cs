using System.Data.Common;
using System.Net.Sockets;
using Chat.Grains.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Chat.Silo.Settings;

/// <summary>What an operator is told, line by line, about a start that failed for a reason they can change.</summary>
/// <param name="ExitCode">How the process ends.</param>
/// <param name="Lines">One for each thing that is wrong.</param>
internal sealed record StartRefusal(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>Exit code of a start that the settings forbid.</summary>
    public const int WrongSettings = 78;

    /// <summary>Exit code of a start that something outside prevents.</summary>
    private const int NotNow = 1;

    /// <summary>Tells it on standard error; answers the exit code.</summary>
    public async Task<int> Tell()
    {
        foreach (var line in Lines)
        {
            await Console.Error.WriteLineAsync(line);
        }

        return ExitCode;
    }

    /// <summary>Null for what is no operator's business but a bug.</summary>
    public static StartRefusal? Of(Exception error) => error switch
    {
        OptionsValidationException wrong => new(WrongSettings, [.. wrong.Failures.Distinct().Select(failure => $"Setting refused: {failure}")]),
        UnsafeDatabaseException refused => new(WrongSettings, [$"Database refused: {refused.Message}"]),
        DbException unusable => new(NotNow, [$"The database cannot be used: {unusable.Message}"]),
        IOException { InnerException: AddressInUseException } taken => new(NotNow, [$"The server cannot start: {taken.Message}"]),
        SocketException closed => new(NotNow, [$"The server cannot listen: {closed.Message}"]),
        _ => null,
    };
}
