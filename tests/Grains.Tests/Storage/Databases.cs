using System.Reflection;
using Xunit.Sdk;

namespace Chat.Grains.Tests.Storage;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a contract test on SQLite.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[DatabaseKind.Sqlite]];
}

/// <summary>Runs a contract test on PostgreSQL; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public override string? Skip => PostgresServer.WhyNot;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[DatabaseKind.Postgres]];
}

/// <summary>Runs a test on a PostgreSQL that it may start, kill and set up badly; skipped where only a given server is there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnOwnPostgresAttribute : DataAttribute
{
    public override string? Skip => PostgresServer.WhyNoOwn;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[DatabaseKind.Postgres]];
}
