namespace Chat.Grains.Storage.Postgres;

/// <summary>
/// What Orleans' providers for grain state, membership and reminders execute on PostgreSQL. Each text is one statement,
/// so it is atomic by itself. A refused write of grain state returns no row; a refused change of membership returns false.
/// </summary>
internal static class PostgresQueries
{
    private const string StateKey = """
        service_id = @ServiceId AND state_name = @GrainTypeString AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString::text, '')
        """;

    private const string SiloKey = "m.cluster_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation";

    private const string MemberColumns = """
        m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
        m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes",
        m.start_time AS "StartTime", m.alive_at AS "IAmAliveTime", v.version AS "Version"
        """;

    public static readonly IReadOnlyDictionary<string, string> Texts = new Dictionary<string, string>(ReminderQueries.Texts)
    {
        ["ReadFromStorageKey"] = $"""
            SELECT convert_to(payload::text, 'UTF8') AS "PayloadBinary", version AS "Version" FROM grain_state WHERE {StateKey}
            """,

        // At most one half does something: the first write has no version, every later one has.
        ["WriteToStorageKey"] = $"""
            WITH moved AS (
                UPDATE grain_state
                SET payload = convert_from(@PayloadBinary, 'UTF8')::jsonb, version = version + 1, changed_at = now()
                WHERE {StateKey} AND version = @GrainStateVersion::integer
                RETURNING version),
            created AS (
                INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
                SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''),
                    convert_from(@PayloadBinary, 'UTF8')::jsonb, 1
                WHERE @GrainStateVersion::integer IS NULL
                ON CONFLICT DO NOTHING
                RETURNING version)
            SELECT version AS "NewGrainStateVersion" FROM moved UNION ALL SELECT version FROM created
            """,
        ["ClearStorageKey"] = $"""
            UPDATE grain_state SET payload = NULL, version = version + 1, changed_at = now()
            WHERE {StateKey} AND version = @GrainStateVersion::integer
            RETURNING version AS "NewGrainStateVersion"
            """,
        ["DeleteStorageKey"] = $"""
            DELETE FROM grain_state WHERE {StateKey} AND version = @GrainStateVersion::integer
            RETURNING version + 1 AS "NewGrainStateVersion"
            """,

        ["InsertMembershipVersionKey"] = """
            WITH created AS (
                INSERT INTO membership_version (cluster_id, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT EXISTS (SELECT FROM created)
            """,
        ["MembershipReadAllKey"] = $"""
            SELECT {MemberColumns} FROM membership_version v LEFT JOIN membership m ON m.cluster_id = v.cluster_id
            WHERE v.cluster_id = @DeploymentId
            """,
        ["MembershipReadRowKey"] = $"""
            SELECT {MemberColumns} FROM membership_version v LEFT JOIN membership m ON {SiloKey}
            WHERE v.cluster_id = @DeploymentId
            """,
        ["InsertMembershipKey"] = $"""
            WITH bumped AS (
                UPDATE membership_version SET version = version + 1, changed_at = now()
                WHERE cluster_id = @DeploymentId AND version = @Version AND NOT EXISTS (SELECT FROM membership m WHERE {SiloKey})
                RETURNING cluster_id),
            created AS (
                INSERT INTO membership (cluster_id, address, port, generation, silo_name, host_name, status, proxy_port,
                    start_time, alive_at)
                SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                FROM bumped
                RETURNING 1)
            SELECT EXISTS (SELECT FROM created)
            """,
        ["UpdateMembershipKey"] = $"""
            WITH bumped AS (
                UPDATE membership_version SET version = version + 1, changed_at = now()
                WHERE cluster_id = @DeploymentId AND version = @Version AND EXISTS (SELECT FROM membership m WHERE {SiloKey})
                RETURNING cluster_id),
            moved AS (
                UPDATE membership m SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
                FROM bumped WHERE m.cluster_id = bumped.cluster_id AND {SiloKey}
                RETURNING 1)
            SELECT EXISTS (SELECT FROM moved)
            """,
        ["UpdateIAmAlivetimeKey"] = $"UPDATE membership m SET alive_at = @IAmAliveTime WHERE {SiloKey}",
        ["DeleteMembershipTableEntriesKey"] = "DELETE FROM membership_version WHERE cluster_id = @DeploymentId",

        // Status 3 is Active.
        ["CleanupDefunctSiloEntriesKey"] =
            "DELETE FROM membership WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3",
        ["GatewaysQueryKey"] = """
            SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation" FROM membership
            WHERE cluster_id = @DeploymentId AND status = @Status AND proxy_port > 0
            """,

        ["DeleteReminderRowKey"] = $"""
            WITH gone AS (DELETE FROM reminder WHERE {ReminderQueries.Key} AND version = @Version RETURNING 1)
            SELECT EXISTS (SELECT FROM gone)
            """,
    };
}
