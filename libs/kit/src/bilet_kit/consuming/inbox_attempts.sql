-- Counts a failure of the record ($1, $2, $3), forgetting those of more than an hour ago; answers the attempts by now.
INSERT INTO inbox_attempts AS known (topic, partition, record_offset, attempts, retries, error_type)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (topic, partition, record_offset) DO UPDATE SET
    attempts = excluded.attempts + CASE WHEN known.last_at > clock_timestamp() - interval '1 hour' THEN known.attempts ELSE 0 END,
    retries = known.retries + excluded.retries, error_type = excluded.error_type, last_at = clock_timestamp()
RETURNING attempts
