-- The pupil's grade, as soon as the next state arrives; a guardian's children are counted by the index.
ALTER TABLE students ADD COLUMN grade smallint;
CREATE INDEX students_guardians ON students USING gin (guardian_ids);

-- What booking's catalogue says about sites and competencies: the words of a message.
CREATE TABLE sites (
    site_id uuid PRIMARY KEY,
    region_code text NOT NULL,
    site_code text NOT NULL,
    name text NOT NULL,
    municipality text NOT NULL,
    address text NOT NULL,
    sequence bigint NOT NULL
);
CREATE INDEX sites_code ON sites (region_code, site_code);

CREATE TABLE competencies (
    competency_id uuid PRIMARY KEY,
    region_code text NOT NULL,
    competency text NOT NULL,
    title text NOT NULL,
    sequence bigint NOT NULL
);
CREATE INDEX competencies_code ON competencies (region_code, competency);

-- Bookings that were approved, and diagnostics that were completed, with the numbers of the events that said so.
CREATE TABLE approvals (
    booking_id uuid PRIMARY KEY,
    student_id uuid NOT NULL,
    sequence bigint NOT NULL
);

CREATE TABLE completions (
    student_id uuid,
    season_code text,
    sequence bigint NOT NULL,
    PRIMARY KEY (student_id, season_code)
);

-- Defaults are set after the columns are added: an older version goes on inserting, and no row is written anew.
ALTER TABLE deliveries
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN urgency text NOT NULL DEFAULT 'ordinary',
    ADD COLUMN due_at timestamptz,
    ADD COLUMN claimed_by uuid;
ALTER TABLE deliveries ALTER COLUMN expires_at SET DEFAULT business_now() + interval '72 hours';
UPDATE deliveries SET
    expires_at = coalesce(
        CASE template WHEN 'approval-requested' THEN (variables ->> 'approval_due_at')::timestamptz END,
        created_at + interval '72 hours'
    ),
    urgency = CASE WHEN template IN ('approval-requested', 'booking-cancelled') THEN 'urgent' ELSE 'ordinary' END
WHERE status IN ('waiting', 'claimed', 'sending');

DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (channel, urgency, next_attempt_at NULLS FIRST, delivery_id)
    WHERE status IN ('waiting', 'claimed', 'sending');
CREATE INDEX deliveries_claims ON deliveries (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX deliveries_expiry ON deliveries (expires_at) WHERE status = 'waiting';
CREATE INDEX deliveries_failed ON deliveries (failure, delivery_id) WHERE status = 'failed';
