using Chat.Grains.Tests.Storage;

namespace Chat.Cluster.Tests;

/// <summary>A fact that needs PostgreSQL; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippedWithoutPostgresFactAttribute : FactAttribute
{
    public override string? Skip => PostgresServer.WhyNot;
}
