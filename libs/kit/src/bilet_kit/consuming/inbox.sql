-- Admits the facts $1 that were not seen before, and names those of the keys ($2, $3) that have parked records.
WITH fresh AS (
    INSERT INTO inbox (fact_id) SELECT DISTINCT fact FROM unnest($1::uuid[]) AS fact ORDER BY fact
    ON CONFLICT DO NOTHING RETURNING fact_id
)
SELECT fact_id, NULL AS topic, NULL AS key FROM fresh
UNION ALL
SELECT DISTINCT NULL::uuid, topic, key FROM parked_messages
JOIN unnest($2::text[], $3::text[]) AS asked (topic, key) USING (topic, key)
