-- The same number of messages for the peers that keep one table of them: psql -v conversations=N -v messages=M -f peer.sql
INSERT INTO message (sender, recipient, client_id, body)
SELECT 'fill-buyer-' || n, 'fill-partner-' || n % 10, gen_random_uuid(), repeat('x', 120)
FROM generate_series(1, :messages) AS seq, generate_series(1, :conversations) AS n;
VACUUM ANALYZE message;
CHECKPOINT;
