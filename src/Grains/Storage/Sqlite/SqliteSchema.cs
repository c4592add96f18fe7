namespace Chat.Grains.Storage.Sqlite;

/// <summary>
/// The SQLite schema, as numbered steps: a step that was released is never edited. Times are milliseconds since
/// 1970-01-01 UTC, as on the wire; ids are BINARY text, client ids 16 bytes.
/// </summary>
internal static class SqliteSchema
{
    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        SchemaStep.Alone(Log), SchemaStep.Alone(GrainState), SchemaStep.Alone(Orders), SchemaStep.Alone(Ratings), SchemaStep.Alone(Reviews),
    ];

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

    /// <summary>
    /// Notices of orders in messages; and what lists and sweeps of orders ask for, as columns made of the state's JSON: nothing
    /// that could disagree with it. They are null for all other states, which the indexes leave out.
    /// </summary>
    private const string Orders = """
        ALTER TABLE message ADD COLUMN notice TEXT;

        ALTER TABLE grain_state ADD COLUMN due_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload -> 'due' ->> 'at' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN order_shard INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'shard' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN order_buyer TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'buyer' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN order_store TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'store' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN order_group TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'group' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN order_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'placedAt' END) VIRTUAL;
        CREATE INDEX order_due ON grain_state (due_at, key_text, order_shard) WHERE due_at IS NOT NULL;
        CREATE INDEX order_of_buyer ON grain_state (order_buyer, order_at, key_text) WHERE order_buyer IS NOT NULL;
        CREATE INDEX order_of_buyer_in ON grain_state (order_buyer, order_group, order_at, key_text) WHERE order_buyer IS NOT NULL;
        CREATE INDEX order_of_store ON grain_state (order_store, order_at, key_text) WHERE order_store IS NOT NULL;
        CREATE INDEX order_of_store_in ON grain_state (order_store, order_group, order_at, key_text) WHERE order_store IS NOT NULL;
        """;

    /// <summary>
    /// Ratings of stores, each once, and their sums by day: what is told is read from the sums, and a recount of the entries must
    /// give the same. Days are days of UTC since 1970-01-01.
    /// </summary>
    private const string Ratings = """
        CREATE TABLE rating (
            store TEXT NOT NULL,
            review TEXT NOT NULL,
            day INTEGER NOT NULL,
            stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
            PRIMARY KEY (store, review)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rating_day (
            store TEXT NOT NULL,
            day INTEGER NOT NULL,
            s1 INTEGER NOT NULL,
            s2 INTEGER NOT NULL,
            s3 INTEGER NOT NULL,
            s4 INTEGER NOT NULL,
            s5 INTEGER NOT NULL,
            PRIMARY KEY (store, day)
        ) STRICT, WITHOUT ROWID;
        """;

    /// <summary>
    /// What lists of reviews and the queue of moderators ask for, null for all other states. And when a grain is to be woken, for
    /// any state that says so: the next kind needs no column of its own.
    /// </summary>
    private const string Reviews = """
        ALTER TABLE grain_state ADD COLUMN review_name TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'name' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN review_product TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'productId' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN review_store TEXT
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'store' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN review_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'at' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN review_stars INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'stars' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN review_unanswered INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'unanswered' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN held_text_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload -> 'held' ->> 'text' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN held_follow_up_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload -> 'held' ->> 'followUp' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN held_reply_at INTEGER
            GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload -> 'held' ->> 'reply' END) VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN wake_at INTEGER GENERATED ALWAYS AS (payload -> 'wake' ->> 'at') VIRTUAL;
        ALTER TABLE grain_state ADD COLUMN wake_shard INTEGER GENERATED ALWAYS AS (payload -> 'wake' ->> 'shard') VIRTUAL;
        CREATE INDEX review_of_product ON grain_state (review_product, review_at, review_name) WHERE review_product IS NOT NULL;
        CREATE INDEX review_of_product_with ON grain_state (review_product, review_stars, review_at, review_name) WHERE review_product IS NOT NULL;
        CREATE INDEX review_of_store ON grain_state (review_store, review_at, review_name) WHERE review_store IS NOT NULL;
        CREATE INDEX review_of_store_with ON grain_state (review_store, review_stars, review_at, review_name) WHERE review_store IS NOT NULL;
        CREATE INDEX review_to_answer ON grain_state (review_store, review_unanswered, review_at, review_name) WHERE review_store IS NOT NULL;
        CREATE INDEX held_text ON grain_state (held_text_at, review_name) WHERE held_text_at IS NOT NULL;
        CREATE INDEX held_follow_up ON grain_state (held_follow_up_at, review_name) WHERE held_follow_up_at IS NOT NULL;
        CREATE INDEX held_reply ON grain_state (held_reply_at, review_name) WHERE held_reply_at IS NOT NULL;
        CREATE INDEX wake ON grain_state (wake_at, key_text, wake_shard) WHERE wake_at IS NOT NULL;
        """;
}
