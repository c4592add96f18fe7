using System.Globalization;
using Chat.Grains.Storage;
using Chat.Grains.Storage.Postgres;
using Chat.Grains.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Grains.Tests.Storage;

/// <summary>Programs of two versions on one database, and what becomes of a program whose database went on without it.</summary>
public sealed class SchemaUpgradeTests
{
    private const string Added = "CREATE TABLE added (what text NOT NULL)";

    [Theory, OnSqlite, OnPostgres]
    public async Task An_older_program_starts_on_a_newer_schema_that_it_can_live_with_and_works(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var row = await database.OpenLog().Fill(LogCase.Conversation(), 2);
        await Prepare(database, With(kind, SchemaStep.LivesWith(StepsOf(kind).Count, Added)));

        await database.Open().Prepare(CancellationToken.None);

        Assert.Equal(StepsOf(kind).Count + 1, await VersionOf(database));
        Assert.Equal(row, await database.OpenLog().Load(row.Id));
        await database.OpenLog().Fill(LogCase.Conversation("bob"), 3);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_older_program_refuses_a_newer_schema_that_it_cannot_live_with_and_names_both_versions(DatabaseKind kind)
    {
        var known = StepsOf(kind).Count;
        await using var database = await TestDatabase.Create(kind);
        await Prepare(database, With(kind, SchemaStep.Alone(Added)));

        var refusal = await Assert.ThrowsAsync<UnsafeDatabaseException>(() => database.Open().Prepare(CancellationToken.None));

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"version {known + 1}"), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"versions up to {known}"), refusal.Message, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task The_most_demanding_of_the_unknown_steps_decides(DatabaseKind kind)
    {
        var known = StepsOf(kind).Count;
        await using var database = await TestDatabase.Create(kind);
        SchemaStep[] later = [SchemaStep.LivesWith(known + 1, Added), SchemaStep.LivesWith(known - 1, "CREATE TABLE more (what text NOT NULL)")];
        await Prepare(database, With(kind, later));

        await Assert.ThrowsAsync<UnsafeDatabaseException>(() => database.Open().Prepare(CancellationToken.None));
        await Prepare(database, With(kind, later[0]));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_database_from_before_steps_declared_anything_is_taken_over(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var row = await database.OpenLog().Fill(LogCase.Conversation(), 1);
        await database.Query("ALTER TABLE schema_version DROP COLUMN oldest", _ => 0);

        await Prepare(database, With(kind, SchemaStep.LivesWith(StepsOf(kind).Count, Added)));
        await database.Open().Prepare(CancellationToken.None);

        Assert.Equal(row, await database.OpenLog().Load(row.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Programs_of_both_versions_that_start_at_once_agree_on_the_newer_schema(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var newer = With(kind, SchemaStep.LivesWith(StepsOf(kind).Count, Added));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Prepare(database, i % 2 == 0 ? newer : StepsOf(kind)))));

        Assert.Equal(newer.Count, await VersionOf(database));
    }

    [Fact]
    public void A_step_never_declares_programs_that_come_after_it()
    {
        foreach (var steps in (IReadOnlyList<SchemaStep>[])[SqliteSchema.Steps, PostgresSchema.Steps])
        {
            Assert.All(steps, (step, i) => Assert.InRange(step.Oldest, 0, i + 1));
        }
    }

    private static IReadOnlyList<SchemaStep> StepsOf(DatabaseKind kind) => kind == DatabaseKind.Sqlite ? SqliteSchema.Steps : PostgresSchema.Steps;

    private static IReadOnlyList<SchemaStep> With(DatabaseKind kind, params SchemaStep[] more) => [.. StepsOf(kind), .. more];

    /// <summary>What a program does at its start that knows these steps.</summary>
    private static async Task Prepare(TestDatabase database, IReadOnlyList<SchemaStep> steps)
    {
        var address = database.Options.ConnectionString;
        await using var program = new ChatDatabase(database.Kind == DatabaseKind.Sqlite
            ? new SqliteEngine(address) { Steps = steps }
            : new PostgresEngine(address, NullLoggerFactory.Instance) { Steps = steps });
        await program.Prepare(CancellationToken.None);
    }

    private static async Task<int> VersionOf(TestDatabase database) =>
        Assert.Single(await database.Query("SELECT max(version) FROM schema_version", row => row.GetInt32(0)));
}
