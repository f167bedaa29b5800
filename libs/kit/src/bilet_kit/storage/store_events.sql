-- Numbers events per (topic, key) and puts them into the outbox, in the order given; the only place that does either.
-- Row locks on key_sequence are taken in key order and held to the commit, so per key the ids, the commits and the
-- numbers agree; outbox ids are drawn only after the sort, when every lock is held. PL/pgSQL keeps the plan.
CREATE OR REPLACE FUNCTION store_events(
    event_ids uuid[], types text[], aggregate_types text[], aggregate_ids text[], topics text[], keys text[],
    payloads text[], all_headers text[], occurred timestamptz[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH given AS (
        SELECT e.* FROM unnest(
            event_ids, types, aggregate_types, aggregate_ids, topics, keys, payloads, all_headers, occurred
        ) WITH ORDINALITY
            AS e (event_id, type, aggregate_type, aggregate_id, topic, key, payload, headers, occurred_at, place)
    ), numbered AS (
        INSERT INTO key_sequence AS k (topic, key, n)
        SELECT g.topic, g.key, count(*) FROM given g GROUP BY g.topic, g.key ORDER BY g.topic, g.key
        ON CONFLICT ON CONSTRAINT key_sequence_pkey DO UPDATE SET n = k.n + excluded.n
        RETURNING k.topic, k.key, k.n
    )
    INSERT INTO outbox
        (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers, occurred_at,
        ce_region, ce_factid, traceparent)
    SELECT g.event_id, g.type, g.aggregate_type, g.aggregate_id, g.topic, g.key,
        s.n - count(*) OVER (PARTITION BY g.topic, g.key)
            + row_number() OVER (PARTITION BY g.topic, g.key ORDER BY g.place),
        g.payload::jsonb, read.headers, g.occurred_at, read.headers->>'ce_region', read.headers->>'ce_factid',
        read.headers->>'traceparent'
    FROM given g JOIN numbered s ON s.topic = g.topic AND s.key = g.key
        CROSS JOIN LATERAL (SELECT g.headers::jsonb AS headers) read
    ORDER BY g.place;
END $$
