-- A hundred stores with one agent each, bench-store-000 of bench-owner-000 and so on, and the store bench-team with 200: what
-- the product keeps of them after they were opened and the agents added. Before anybody asked for them.
BEGIN;

CREATE TEMP TABLE agents AS
SELECT 'bench-store-' || to_char(n, 'FM000') AS store, 'bench-owner-' || to_char(n, 'FM000') AS agent, 1 AS role FROM generate_series(0, 99) AS n
UNION ALL
SELECT 'bench-team', 'bench-agent-' || to_char(n, 'FM000'), CASE WHEN n = 0 THEN 1 ELSE 0 END FROM generate_series(0, 199) AS n;

INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
SELECT 'chat', 'store', 0, 0, 's:' || store, jsonb_build_object('name', store, 'outbox', '[]'::jsonb,
    'agents', jsonb_agg(jsonb_build_object('user', agent, 'role', role, 'onDuty', true) ORDER BY agent)), 1
FROM agents GROUP BY store;

INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
SELECT 'chat', 'user', 0, 0, 'u:' || agent, jsonb_build_object('displayName', agent, 'stores', jsonb_build_array(store), 'sessions', '[]'::jsonb), 1
FROM agents;

COMMIT;
