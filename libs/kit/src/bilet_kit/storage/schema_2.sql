-- Identity's keys as they were fetched last, so that a service starts while identity is away.
CREATE TABLE published_keys (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    key_set text NOT NULL,
    fetched_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What is deleted by age is found by age.
CREATE INDEX parked_messages_parked_at ON parked_messages (parked_at);
CREATE INDEX inbox_attempts_last_at ON inbox_attempts (last_at);
