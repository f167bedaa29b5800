-- The kit's own tables, present in the database of every service.

-- Columns are those that Debezium's outbox event router reads.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    type text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    sequence bigint NOT NULL,
    payload jsonb NOT NULL,
    headers jsonb NOT NULL,
    occurred_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE key_sequence (
    topic text,
    key text,
    n bigint NOT NULL,
    PRIMARY KEY (topic, key)
);

CREATE TABLE relay_lease (
    name text PRIMARY KEY,
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE inbox (
    fact_id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_received_at ON inbox (received_at);

-- attempts: failures of unknown kind, after which a record is parked; retries: failures that pass by themselves.
CREATE TABLE inbox_attempts (
    topic text,
    partition integer,
    record_offset bigint,
    attempts integer NOT NULL DEFAULT 0,
    retries integer NOT NULL DEFAULT 0,
    error_type text NOT NULL,
    last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, partition, record_offset)
);

CREATE TABLE parked_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    key text NOT NULL,
    record_key bytea,
    value bytea,
    header_names text[] NOT NULL,
    header_values bytea[] NOT NULL,
    error_place text NOT NULL,
    error_type text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    digest bytea NOT NULL GENERATED ALWAYS AS (sha256(coalesce(value, ''))) STORED,
    -- A topic made anew counts its offsets from 0 again, so the place alone does not tell records apart.
    UNIQUE NULLS NOT DISTINCT (topic, partition, record_offset, record_key, digest)
);
CREATE INDEX parked_messages_key ON parked_messages (topic, key, id);

CREATE TABLE idempotency_keys (
    principal text,
    key text,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- Empty in production: business time is real time there.
CREATE TABLE business_clock (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    "offset" interval NOT NULL
);
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN clock_timestamp() + coalesce((SELECT "offset" FROM business_clock WHERE id = 1), interval '0');
