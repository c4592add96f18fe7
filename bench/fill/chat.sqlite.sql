-- chat.sql for SQLite, with the parameters :conversations and :messages.
BEGIN;

CREATE TEMP TABLE filled AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :conversations)
SELECT
    n,
    CASE WHEN n <= 5000 THEN 'fill-buyer-' || n WHEN n <= 10000 THEN 'many-shops' WHEN n <= 10040 THEN 'few-shops' ELSE 'fill-buyer-' || n END AS buyer,
    CASE
        WHEN n <= 5000 THEN 'casa-lumbre'
        WHEN n <= 10040 THEN 'fill-store-' || n
        ELSE json_extract('["atelier-garance", "jantar-gdansk", "lana-apuseni", "lesnaya-igrushka", "yunwu-tea", "lumen-audio", "bayt-al-bahar",
            "fanous-cairo", "northway-cycles"]', '$[' || (n % 9) || ']')
    END AS store,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 60000 - n * 30000 AS last_at
FROM numbers;

INSERT INTO conversation (id, buyer, store, buyer_name, store_name, version, head, change, last_at,
    buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread)
SELECT buyer || '~' || store, buyer, store, buyer, store, :messages, :messages, :messages, last_at,
    :messages, :messages, 0, :messages, CASE WHEN n % 5 = 0 THEN 0 ELSE :messages END, CASE WHEN n % 5 = 0 THEN :messages / 2 ELSE 0 END
FROM filled;

INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at)
WITH RECURSIVE numbers (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < :messages)
SELECT buyer || '~' || store, seq, seq, randomblob(16), CASE WHEN seq % 2 = 1 THEN 'u:' || buyer ELSE 's:' || store END, buyer, 0,
    replace(hex(zeroblob(60)), '0', 'x'), last_at - (:messages - seq) * 1000
FROM filled, numbers;

COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
