-- What others have said, newest state per key.
CREATE TABLE students (
    student_id uuid PRIMARY KEY,
    status text NOT NULL,
    region_code text NOT NULL,
    decides_alone boolean NOT NULL,
    guardian_ids uuid[] NOT NULL,
    purposes text[] NOT NULL,
    sequence bigint NOT NULL
);

-- Consents to channels as facts: a withdrawal counts although the purposes of an older state still name the channel.
CREATE TABLE channel_consents (
    student_id uuid,
    channel text,
    granted boolean NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (student_id, channel)
);

CREATE TABLE staff (
    staff_id uuid PRIMARY KEY,
    scopes jsonb NOT NULL,
    sequence bigint NOT NULL
);
CREATE INDEX staff_scopes ON staff USING gin (scopes jsonb_path_ops);

-- Notices whose pupil is not known yet; times of waiting are real.
CREATE TABLE waiting_notices (
    fact_id uuid PRIMARY KEY,
    student_id uuid NOT NULL,
    template text NOT NULL,
    region_code text NOT NULL,
    occurred_at timestamptz NOT NULL,
    mentor_id uuid,
    variables jsonb NOT NULL,
    waiting_since timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_look_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX waiting_notices_student ON waiting_notices (student_id);
CREATE INDEX waiting_notices_next_look ON waiting_notices (next_look_at);

CREATE TABLE deliveries (
    delivery_id uuid PRIMARY KEY,
    fact_id uuid NOT NULL,
    recipient_kind text NOT NULL,
    recipient_id uuid NOT NULL,
    channel text NOT NULL,
    student_id uuid NOT NULL,
    region_code text NOT NULL,
    template text NOT NULL,
    template_version smallint NOT NULL,
    variables jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL,
    maybe_repeated boolean NOT NULL,
    next_attempt_at timestamptz,
    settled_at timestamptz,
    failure text,
    read_at timestamptz,
    UNIQUE (fact_id, recipient_id, channel)
);
CREATE INDEX deliveries_due ON deliveries (channel, next_attempt_at NULLS FIRST)
    WHERE status IN ('waiting', 'claimed', 'sending');
CREATE INDEX deliveries_inbox ON deliveries (recipient_id, delivery_id) WHERE channel = 'inbox';
CREATE INDEX deliveries_unread ON deliveries (recipient_id) WHERE channel = 'inbox' AND read_at IS NULL;

-- Channels that a recipient switched on or off; those without a row are on.
CREATE TABLE preferences (
    recipient_kind text,
    recipient_id uuid,
    channel text,
    wanted boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (recipient_kind, recipient_id, channel)
);
