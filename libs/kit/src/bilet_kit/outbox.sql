-- Numbers the events of a transaction per (topic, key) and puts them into the outbox; its arguments: `store_arguments`.
-- Row locks on key_sequence are taken in key order and held to the commit, so per key the ids, the commits and the
-- numbers agree; outbox ids are drawn only after the sort below, when every lock is held.
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        WITH ORDINALITY AS e (event_id, type, aggregate_type, aggregate_id, topic, key, payload, headers, place)
), numbered AS (
    INSERT INTO key_sequence AS k (topic, key, n)
    SELECT topic, key, count(*) FROM given GROUP BY topic, key ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET n = k.n + excluded.n
    RETURNING topic, key, n
)
INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers, occurred_at)
SELECT event_id, type, aggregate_type, aggregate_id, topic, key,
    n - count(*) OVER (PARTITION BY topic, key)
      + row_number() OVER (PARTITION BY topic, key ORDER BY place),
    payload::jsonb, headers::jsonb, $9::timestamptz
FROM given JOIN numbered USING (topic, key)
ORDER BY place
