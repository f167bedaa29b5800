-- Admits the facts $1 that were not seen before, names those of the keys ($2, $3) that have parked records, and keeps how
-- far each partition ($4, $5) has been read ($6).
WITH fresh AS (
    INSERT INTO inbox (fact_id) SELECT DISTINCT fact FROM unnest($1::uuid[]) AS fact ORDER BY fact
    ON CONFLICT DO NOTHING RETURNING fact_id
), reached AS (
    INSERT INTO consumed_offsets (topic, partition, next_offset)
    SELECT r.topic, r.partition, r.next_offset
    FROM unnest($4::text[], $5::integer[], $6::bigint[]) AS r (topic, partition, next_offset) ORDER BY 1, 2
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
)
SELECT fact_id, NULL AS topic, NULL AS key FROM fresh
UNION ALL
SELECT DISTINCT NULL::uuid, topic, key FROM parked_messages
JOIN unnest($2::text[], $3::text[]) AS asked (topic, key) USING (topic, key)
