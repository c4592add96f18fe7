-- Fills our database as years of use would: psql -v conversations=N -v messages=M (M even) -f chat.sql
-- Of the N conversations 5,000 are the store casa-lumbre's, 5,000 the buyer many-shops's and 40 the buyer few-shops's; the
-- rest is spread over the demo's other stores. Each has M messages of 120 bytes, in turn; in every fifth the store has read none.
BEGIN;

CREATE TEMP TABLE filled AS
SELECT
    n,
    CASE WHEN n <= 5000 THEN 'fill-buyer-' || n WHEN n <= 10000 THEN 'many-shops' WHEN n <= 10040 THEN 'few-shops' ELSE 'fill-buyer-' || n END AS buyer,
    CASE
        WHEN n <= 5000 THEN 'casa-lumbre'
        WHEN n <= 10040 THEN 'fill-store-' || n
        ELSE (ARRAY['atelier-garance', 'jantar-gdansk', 'lana-apuseni', 'lesnaya-igrushka', 'yunwu-tea', 'lumen-audio', 'bayt-al-bahar',
            'fanous-cairo', 'northway-cycles'])[1 + n % 9]
    END AS store,
    -- One conversation for each half minute of the past.
    (extract(epoch FROM now()) * 1000)::bigint - 60000 - n * 30000::bigint AS last_at
FROM generate_series(1, :conversations) AS n;

INSERT INTO conversation (id, buyer, store, buyer_name, store_name, version, head, change, last_at,
    buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread)
SELECT buyer || '~' || store, buyer, store, buyer, store, :messages, :messages, :messages, last_at,
    :messages, :messages, 0, :messages, CASE WHEN n % 5 = 0 THEN 0 ELSE :messages END, CASE WHEN n % 5 = 0 THEN :messages / 2 ELSE 0 END
FROM filled;

INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at)
SELECT buyer || '~' || store, seq, seq, gen_random_uuid(), CASE WHEN seq % 2 = 1 THEN 'u:' || buyer ELSE 's:' || store END, buyer, 0,
    repeat('x', 120), last_at - (:messages - seq) * 1000
FROM filled, generate_series(1, :messages) AS seq;

COMMIT;
VACUUM ANALYZE conversation, message;
CHECKPOINT;
