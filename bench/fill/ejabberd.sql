-- The same number of messages in ejabberd's archive, which keeps each twice, for either side.
INSERT INTO archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick)
SELECT 'fill-buyer-' || n, 1700000000000000 + seq * 1000000::bigint + n, 'fill-partner-' || n || '@localhost', 'fill-partner-' || n || '@localhost',
    '<message type=''chat''><body>' || repeat('x', 120) || '</body></message>', repeat('x', 120), 'chat', ''
FROM generate_series(1, :messages * 2) AS seq, generate_series(1, :conversations) AS n;
VACUUM ANALYZE archive;
CHECKPOINT;
