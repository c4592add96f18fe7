using Chat.Grains.Tests.Storage;

namespace Chat.Cluster.Tests;

/// <summary>A fact that needs PostgreSQL; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippedWithoutPostgresFactAttribute : FactAttribute
{
    public override string? Skip => PostgresServer.WhyNot;
}

/// <summary>A fact that kills its PostgreSQL; skipped, with the reason, where none can be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsOwnPostgresFactAttribute : FactAttribute
{
    public override string? Skip => PostgresServer.WhyNoOwn;
}
