namespace Chat.Grains.Storage.Postgres;

/// <summary>
/// The PostgreSQL schema, as numbered steps: a step that was released is never edited. Times of the log are bigint
/// milliseconds since 1970-01-01 UTC and not timestamptz: the wire and SQLite have the same number, so cursors compare
/// exactly and one mapping serves both databases. Ids are ASCII: collation "C" compares bytes.
/// </summary>
internal static class PostgresSchema
{
    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        SchemaStep.Alone(Log), SchemaStep.Alone(GrainState), SchemaStep.Alone(Membership), SchemaStep.Alone(Orders), SchemaStep.Alone(Ratings),
        SchemaStep.Alone(Reviews),
    ];

    /// <summary>
    /// Room is left on each page of conversation, and no index or index predicate names a column that an append changes
    /// (last_day: once a day), so that updates stay on their page (HOT) and no index grows with the messages.
    /// </summary>
    private const string Log = """
        CREATE TABLE conversation (
            id text COLLATE "C" PRIMARY KEY,
            buyer text COLLATE "C" NOT NULL,
            store text COLLATE "C" NOT NULL,
            buyer_name text NOT NULL,
            store_name text NOT NULL,
            version bigint NOT NULL,
            head bigint NOT NULL,
            change bigint NOT NULL,
            last_at bigint NOT NULL,
            last_day bigint NOT NULL GENERATED ALWAYS AS (last_at / 86400000) STORED,
            waiting_since bigint,
            buyer_delivered bigint NOT NULL,
            buyer_read bigint NOT NULL,
            buyer_unread bigint NOT NULL,
            store_delivered bigint NOT NULL,
            store_read bigint NOT NULL,
            store_unread bigint NOT NULL,
            product jsonb
        ) WITH (fillfactor = 80);
        CREATE INDEX conversation_of_buyer ON conversation (buyer, last_day);
        CREATE INDEX conversation_of_store ON conversation (store, last_day);

        CREATE TABLE message (
            conversation text COLLATE "C" NOT NULL,
            seq bigint NOT NULL,
            change bigint NOT NULL,
            client_id uuid NOT NULL,
            sender text COLLATE "C" NOT NULL,
            author text COLLATE "C" NOT NULL,
            kind smallint NOT NULL,
            body text NOT NULL,
            sent_at bigint NOT NULL,
            product jsonb,
            PRIMARY KEY (conversation, seq),
            UNIQUE (conversation, sender, client_id)
        );

        CREATE TABLE reply (
            store text COLLATE "C" NOT NULL,
            asked_at bigint NOT NULL,
            conversation text COLLATE "C" NOT NULL,
            seq bigint NOT NULL,
            answered_at bigint NOT NULL,
            PRIMARY KEY (store, asked_at, conversation, seq) INCLUDE (answered_at)
        );

        CREATE TABLE log_info (epoch text NOT NULL);
        INSERT INTO log_info VALUES (replace(gen_random_uuid()::text, '-', ''));
        """;

    /// <summary>
    /// One row for each grain state, its payload as jsonb, so that views and expression indexes reach into it. The primary
    /// key is what lets only one of two first writes through. A missing key extension is stored as ''.
    /// </summary>
    private const string GrainState = """
        CREATE TABLE grain_state (
            service_id text COLLATE "C" NOT NULL,
            state_name text COLLATE "C" NOT NULL,
            key_n0 bigint NOT NULL,
            key_n1 bigint NOT NULL,
            key_text text COLLATE "C" NOT NULL,
            payload jsonb,
            version integer NOT NULL,
            changed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (service_id, state_name, key_n0, key_n1, key_text)
        ) WITH (fillfactor = 80);

        CREATE TABLE reminder (
            service_id text COLLATE "C" NOT NULL,
            grain_id text COLLATE "C" NOT NULL,
            reminder_name text COLLATE "C" NOT NULL,
            start_time timestamptz NOT NULL,
            period bigint NOT NULL,
            grain_hash integer NOT NULL,
            version integer NOT NULL,
            PRIMARY KEY (service_id, grain_id, reminder_name)
        );
        CREATE INDEX reminder_hash ON reminder (service_id, grain_hash);

        CREATE TABLE OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        """;

    /// <summary>The cluster's version row fences every change of a member.</summary>
    private const string Membership = """
        CREATE TABLE membership_version (
            cluster_id text COLLATE "C" PRIMARY KEY,
            version integer NOT NULL,
            changed_at timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE membership (
            cluster_id text COLLATE "C" NOT NULL REFERENCES membership_version ON DELETE CASCADE,
            address text COLLATE "C" NOT NULL,
            port integer NOT NULL,
            generation integer NOT NULL,
            silo_name text NOT NULL,
            host_name text NOT NULL,
            status integer NOT NULL,
            proxy_port integer NOT NULL,
            suspect_times text,
            start_time timestamptz NOT NULL,
            alive_at timestamptz NOT NULL,
            PRIMARY KEY (cluster_id, address, port, generation)
        );
        """;

    /// <summary>
    /// Notices of orders in messages; and what lists and sweeps of orders ask for, as columns made of the state's JSON: nothing
    /// that could disagree with it. They are null for all other states, which the indexes leave out. Columns and not indexes
    /// on expressions of the payload: those would make every write of every grain's state touch every index.
    /// </summary>
    private const string Orders = """
        ALTER TABLE message ADD COLUMN notice jsonb;

        ALTER TABLE grain_state
            ADD COLUMN due_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN CAST(payload -> 'due' ->> 'at' AS bigint) END) STORED,
            ADD COLUMN order_shard integer
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN CAST(payload ->> 'shard' AS integer) END) STORED,
            ADD COLUMN order_buyer text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'buyer' END) STORED,
            ADD COLUMN order_store text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'store' END) STORED,
            ADD COLUMN order_group text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN payload ->> 'group' END) STORED,
            ADD COLUMN order_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'order' THEN CAST(payload ->> 'placedAt' AS bigint) END) STORED;
        CREATE INDEX order_due ON grain_state (due_at, key_text, order_shard) WHERE due_at IS NOT NULL;
        CREATE INDEX order_of_buyer ON grain_state (order_buyer, order_at, key_text) WHERE order_buyer IS NOT NULL;
        CREATE INDEX order_of_buyer_in ON grain_state (order_buyer, order_group, order_at, key_text) WHERE order_buyer IS NOT NULL;
        CREATE INDEX order_of_store ON grain_state (order_store, order_at, key_text) WHERE order_store IS NOT NULL;
        CREATE INDEX order_of_store_in ON grain_state (order_store, order_group, order_at, key_text) WHERE order_store IS NOT NULL;
        """;

    /// <summary>
    /// Ratings of stores, each once, and their sums by day: what is told is read from the sums, and a recount of the entries must
    /// give the same. Days are days of UTC since 1970-01-01. Room is left on a day's page, so that its updates stay there (HOT).
    /// </summary>
    private const string Ratings = """
        CREATE TABLE rating (
            store text COLLATE "C" NOT NULL,
            review text COLLATE "C" NOT NULL,
            day bigint NOT NULL,
            stars smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
            PRIMARY KEY (store, review)
        );

        CREATE TABLE rating_day (
            store text COLLATE "C" NOT NULL,
            day bigint NOT NULL,
            s1 bigint NOT NULL,
            s2 bigint NOT NULL,
            s3 bigint NOT NULL,
            s4 bigint NOT NULL,
            s5 bigint NOT NULL,
            PRIMARY KEY (store, day)
        ) WITH (fillfactor = 80);
        """;

    /// <summary>
    /// What lists of reviews and the queue of moderators ask for, null for all other states. And when a grain is to be woken, for
    /// any state that says so: the next kind needs no column of its own.
    /// </summary>
    private const string Reviews = """
        ALTER TABLE grain_state
            ADD COLUMN review_name text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'name' END) STORED,
            ADD COLUMN review_product text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'productId' END) STORED,
            ADD COLUMN review_store text COLLATE "C"
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN payload ->> 'store' END) STORED,
            ADD COLUMN review_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload ->> 'at' AS bigint) END) STORED,
            ADD COLUMN review_stars integer
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload ->> 'stars' AS integer) END) STORED,
            ADD COLUMN review_unanswered integer
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload ->> 'unanswered' AS integer) END) STORED,
            ADD COLUMN held_text_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload -> 'held' ->> 'text' AS bigint) END) STORED,
            ADD COLUMN held_follow_up_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload -> 'held' ->> 'followUp' AS bigint) END) STORED,
            ADD COLUMN held_reply_at bigint
                GENERATED ALWAYS AS (CASE WHEN state_name = 'review' THEN CAST(payload -> 'held' ->> 'reply' AS bigint) END) STORED,
            ADD COLUMN wake_at bigint
                GENERATED ALWAYS AS (CAST(payload -> 'wake' ->> 'at' AS bigint)) STORED,
            ADD COLUMN wake_shard integer
                GENERATED ALWAYS AS (CAST(payload -> 'wake' ->> 'shard' AS integer)) STORED;
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
