using System.Data.Common;
using System.Globalization;
using Chat.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Chat.Grains.Rehearsals;

/// <summary>
/// A rehearsal: months of deadlines in minutes. Bound from the configuration section <see cref="Section"/>; off unless all of
/// it is set. Only on a database that was empty when its first rehearsal began, which is marked then: a process whose settings
/// differ from the mark does not start, and neither does one that is in no rehearsal. So a real marketplace cannot get a fast
/// clock, and dates that a fast clock made cannot get into a real marketplace.
/// </summary>
public sealed class RehearsalOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chat:Rehearsal";

    /// <summary>Slowest clock: as fast as time.</summary>
    internal const double SpeedMin = 1;

    /// <summary>Fastest clock: a day in less than a second.</summary>
    internal const double SpeedMax = 100_000;

    /// <summary>A rehearsal that began longer ago has been forgotten, not meant.</summary>
    internal static readonly TimeSpan LengthMax = TimeSpan.FromDays(7);

    /// <summary>The name of the database to rehearse in: on PostgreSQL the database's, on SQLite that of the file. Settings that were copied elsewhere fit no other.</summary>
    public string? Database { get; set; }

    /// <summary>How many seconds of deadlines pass in a second. 1 to 100,000; the same in all processes.</summary>
    public double? ClockSpeed { get; set; }

    /// <summary>The moment, at most 7 days ago, at which the clock of deadlines showed the right time; the same in all processes. ISO 8601 with a zone.</summary>
    public DateTimeOffset? ClockOrigin { get; set; }

    /// <summary>Whether anything of it is set.</summary>
    internal bool IsOn => Database is not null || ClockSpeed is not null || ClockOrigin is not null;

    /// <summary>What the database keeps: whoever rehearses in it has the same clock. Null for no rehearsal.</summary>
    internal string? Mark => IsOn ? string.Create(CultureInfo.InvariantCulture, $"clock {ClockSpeed:R} times as fast since {ClockOrigin?.UtcDateTime:O}") : null;
}

/// <summary>Names everything that is wrong.</summary>
internal sealed class RehearsalOptionsValidator(IOptions<ChatDatabaseOptions> database, TimeProvider time) : IValidateOptions<RehearsalOptions>
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, RehearsalOptions options)
    {
        if (!options.IsOn)
        {
            return ValidateOptionsResult.Success;
        }

        var wrong = new List<string>();
        if (options is { Database: null } or { ClockSpeed: null } or { ClockOrigin: null })
        {
            wrong.Add(
                $"{RehearsalOptions.Section} is set in part: Database, ClockSpeed and ClockOrigin together run deadlines on a fast clock, for rehearsals only. Leave out all three in production.");
        }

        if (options.ClockSpeed is { } speed && speed is not (>= RehearsalOptions.SpeedMin and <= RehearsalOptions.SpeedMax))
        {
            wrong.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{RehearsalOptions.Section}:ClockSpeed is {speed}; it is {RehearsalOptions.SpeedMin} to {RehearsalOptions.SpeedMax}."));
        }

        var now = time.GetUtcNow();
        if (options.ClockOrigin is { } origin && (origin > now + ClocksDiffer || origin < now - RehearsalOptions.LengthMax))
        {
            wrong.Add($"{RehearsalOptions.Section}:ClockOrigin is {origin:O}; it is at most {RehearsalOptions.LengthMax.TotalDays} days ago, and not to come.");
        }

        if (options.Database is { } asked && DatabaseName() is { } real && asked != real)
        {
            wrong.Add($"{RehearsalOptions.Section}:Database is '{asked}', but Chat:Database is '{real}': the rehearsal is not meant for this database.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    /// <summary>Null where the database's own validator refuses what it is.</summary>
    private string? DatabaseName()
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = database.Value.ConnectionString };
            return database.Value.Provider == ChatDatabaseProvider.Sqlite ? Path.GetFileName(Part("Data Source")) : Part("Database");

            string Part(string key) => parts.TryGetValue(key, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";
        }
        catch (Exception error) when (error is OptionsValidationException or ArgumentException)
        {
            return null;
        }
    }
}
