namespace Chat.Grains.Storage.Sqlite;

/// <summary>
/// The SQLite schema, as numbered steps: a step that was released is never edited. Times are milliseconds since
/// 1970-01-01 UTC, as on the wire; ids are BINARY text, client ids 16 bytes.
/// </summary>
internal static class SqliteSchema
{
    public static readonly IReadOnlyList<string> Steps = [Log, GrainState];

    /// <summary>
    /// Messages are clustered by (conversation, seq): a page of history is a few neighbouring database pages. The check on
    /// U+0000 makes SQLite refuse what PostgreSQL cannot hold.
    /// </summary>
    private const string Log = """
        CREATE TABLE conversation (
            id TEXT NOT NULL PRIMARY KEY,
            buyer TEXT NOT NULL,
            store TEXT NOT NULL,
            buyer_name TEXT NOT NULL,
            store_name TEXT NOT NULL,
            version INTEGER NOT NULL,
            head INTEGER NOT NULL,
            change INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            last_day INTEGER NOT NULL GENERATED ALWAYS AS (last_at / 86400000) STORED,
            waiting_since INTEGER,
            buyer_delivered INTEGER NOT NULL,
            buyer_read INTEGER NOT NULL,
            buyer_unread INTEGER NOT NULL,
            store_delivered INTEGER NOT NULL,
            store_read INTEGER NOT NULL,
            store_unread INTEGER NOT NULL,
            product TEXT
        ) STRICT;
        CREATE INDEX conversation_of_buyer ON conversation (buyer, last_day);
        CREATE INDEX conversation_of_store ON conversation (store, last_day);

        CREATE TABLE message (
            conversation TEXT NOT NULL,
            seq INTEGER NOT NULL,
            change INTEGER NOT NULL,
            client_id BLOB NOT NULL,
            sender TEXT NOT NULL,
            author TEXT NOT NULL,
            kind INTEGER NOT NULL,
            body TEXT NOT NULL CHECK (instr(body, char(0)) = 0),
            sent_at INTEGER NOT NULL,
            product TEXT,
            PRIMARY KEY (conversation, seq),
            UNIQUE (conversation, sender, client_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE reply (
            store TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            conversation TEXT NOT NULL,
            seq INTEGER NOT NULL,
            answered_at INTEGER NOT NULL,
            PRIMARY KEY (store, asked_at, conversation, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE log_info (epoch TEXT NOT NULL) STRICT;
        INSERT INTO log_info VALUES (lower(hex(randomblob(16))));
        """;

    /// <summary>
    /// One row for each grain state, its payload as JSON text, so that views and expression indexes reach into it. A missing
    /// key extension is stored as '': in a primary key NULLs would all differ.
    /// </summary>
    private const string GrainState = """
        CREATE TABLE grain_state (
            service_id TEXT NOT NULL,
            state_name TEXT NOT NULL,
            key_n0 INTEGER NOT NULL,
            key_n1 INTEGER NOT NULL,
            key_text TEXT NOT NULL,
            payload TEXT CHECK (json_valid(payload)),
            version INTEGER NOT NULL,
            PRIMARY KEY (service_id, state_name, key_n0, key_n1, key_text)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE reminder (
            service_id TEXT NOT NULL,
            grain_id TEXT NOT NULL,
            reminder_name TEXT NOT NULL,
            start_time TEXT NOT NULL,
            period INTEGER NOT NULL,
            grain_hash INTEGER NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (service_id, grain_id, reminder_name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reminder_hash ON reminder (service_id, grain_hash);

        CREATE TABLE OrleansQuery (QueryKey TEXT NOT NULL PRIMARY KEY, QueryText TEXT NOT NULL) STRICT;
        """;
}
