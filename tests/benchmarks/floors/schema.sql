-- Smallest tables with the shape of a booking, its outbox row and the bare chain.
CREATE TABLE event_slot (
    id int PRIMARY KEY, capacity int NOT NULL, taken int NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO event_slot SELECT g, 100000000, 0 FROM generate_series(1, 100) g;
CREATE TABLE booking (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id int NOT NULL,
    student_id bigint NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    status smallint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX booking_once ON booking (event_id, student_id);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text,
    payload jsonb NOT NULL,
    created timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE result (student_id bigint, test smallint, answers jsonb);
CREATE TABLE inbox (event_id bigint PRIMARY KEY);
CREATE TABLE unlocked (student_id bigint PRIMARY KEY, at timestamptz DEFAULT now());
