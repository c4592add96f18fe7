-- stores.sql for SQLite.
BEGIN;

CREATE TEMP TABLE agents AS
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 199)
SELECT printf('bench-store-%03d', n) AS store, printf('bench-owner-%03d', n) AS agent, 1 AS role FROM numbers WHERE n < 100
UNION ALL
SELECT 'bench-team', printf('bench-agent-%03d', n), n = 0 FROM numbers;

INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
SELECT 'chat', 'store', 0, 0, 's:' || store, json_object('name', store, 'outbox', json_array(),
    'agents', json_group_array(json_object('user', agent, 'role', role, 'onDuty', json('true')))), 1
FROM agents GROUP BY store;

INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
SELECT 'chat', 'user', 0, 0, 'u:' || agent, json_object('displayName', agent, 'stores', json_array(store), 'sessions', json_array()), 1
FROM agents;

COMMIT;
