-- Seasons and the catalogue, bookings with their seats and quotas, and what booking knows of pupils and staff.

-- The exclusion of clashes compares uuids by GiST; the extension is trusted: a database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- No foreign key to slots: they are never deleted, and its check would lock the hot row once more for every booking.
CREATE TABLE bookings (
    booking_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    student_id UUID NOT NULL,
    slot_id UUID NOT NULL,
    season_year SMALLINT NOT NULL,
    in_person BOOLEAN NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approval_due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved BOOLEAN,
    decided_by_role TEXT,
    decided_by_id UUID,
    cancelled_by_role TEXT,
    cancelled_by_id UUID,
    attendance TEXT,
    attended_by UUID,
    recommendation_id UUID,
    recommendation TEXT,
    next_steps JSONB,
    recommended_by UUID,
    CONSTRAINT bookings_pkey PRIMARY KEY (booking_id),
    CONSTRAINT bookings_status_known CHECK (status IN ('requested', 'approved', 'declined', 'expired', 'cancelled', 'attended', 'no-show')),
    CONSTRAINT bookings_recommendation_bounded CHECK (char_length(recommendation) <= 2000),
    CONSTRAINT bookings_no_clash EXCLUDE USING gist (student_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN ('requested', 'approved'))
);
CREATE INDEX bookings_held ON bookings (approval_due_at, slot_id) WHERE status = 'requested';
CREATE INDEX bookings_slot_id ON bookings (slot_id);
CREATE INDEX bookings_student_id ON bookings (student_id);

CREATE TABLE competencies (
    competency_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    competency TEXT NOT NULL,
    ws_code TEXT NOT NULL,
    title TEXT NOT NULL,
    field TEXT NOT NULL,
    riasec TEXT NOT NULL,
    grade_from SMALLINT NOT NULL,
    grade_to SMALLINT NOT NULL,
    CONSTRAINT competencies_pkey PRIMARY KEY (competency_id),
    CONSTRAINT competencies_region_code_competency_key UNIQUE (region_code, competency)
);

-- Claimed by a conditional upsert; bookings are never counted in a claim.
CREATE TABLE quotas (
    student_id UUID NOT NULL,
    season_year SMALLINT NOT NULL,
    booked SMALLINT NOT NULL,
    in_person SMALLINT NOT NULL,
    max_bookings SMALLINT NOT NULL,
    max_in_person SMALLINT NOT NULL,
    CONSTRAINT quotas_pkey PRIMARY KEY (student_id, season_year),
    CONSTRAINT quotas_booked_within_limit CHECK (booked BETWEEN 0 AND max_bookings),
    CONSTRAINT quotas_in_person_within_limit CHECK (in_person BETWEEN 0 AND max_in_person AND in_person <= booked)
) WITH (fillfactor = 80);

CREATE TABLE seasons (
    season_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    season_code TEXT NOT NULL,
    year SMALLINT NOT NULL,
    timezone TEXT NOT NULL,
    registration_from TIMESTAMP WITH TIME ZONE NOT NULL,
    diagnostics_from TIMESTAMP WITH TIME ZONE NOT NULL,
    booking_from TIMESTAMP WITH TIME ZONE NOT NULL,
    try_outs_from TIMESTAMP WITH TIME ZONE NOT NULL,
    try_outs_until TIMESTAMP WITH TIME ZONE NOT NULL,
    recommendations_until TIMESTAMP WITH TIME ZONE NOT NULL,
    closes TIMESTAMP WITH TIME ZONE NOT NULL,
    max_bookings SMALLINT NOT NULL,
    max_in_person SMALLINT NOT NULL,
    CONSTRAINT seasons_pkey PRIMARY KEY (season_id),
    CONSTRAINT seasons_region_code_season_code_key UNIQUE (region_code, season_code),
    CONSTRAINT seasons_season_code_key UNIQUE (season_code)
);

CREATE TABLE sites (
    site_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    site_code TEXT NOT NULL,
    name TEXT NOT NULL,
    municipality TEXT NOT NULL,
    address TEXT NOT NULL,
    timezone TEXT NOT NULL,
    wheelchair_access BOOLEAN NOT NULL,
    CONSTRAINT sites_pkey PRIMARY KEY (site_id),
    CONSTRAINT sites_region_code_site_code_key UNIQUE (region_code, site_code)
);

-- Room on the page keeps the update of `claimed` within it (HOT): `claimed` is in no index.
CREATE TABLE slots (
    slot_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    slot_code TEXT NOT NULL,
    try_out_code TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    capacity INTEGER NOT NULL,
    claimed INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT slots_pkey PRIMARY KEY (slot_id),
    CONSTRAINT slots_region_code_slot_code_key UNIQUE (region_code, slot_code),
    CONSTRAINT slots_never_a_seat_too_many CHECK (claimed BETWEEN 0 AND capacity),
    CONSTRAINT slots_ends_after_its_start CHECK (starts_at < ends_at)
) WITH (fillfactor = 50);
CREATE INDEX slots_region_code_starts_at_slot_id ON slots (region_code, starts_at, slot_id);

CREATE TABLE staff (
    staff_id UUID NOT NULL,
    scopes JSONB NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT staff_pkey PRIMARY KEY (staff_id)
);
CREATE INDEX staff_scopes ON staff USING gin (scopes jsonb_path_ops);

-- Started and completed are rows of their own, so that a stage begun again stays completed.
CREATE TABLE stage_progress (
    student_id UUID NOT NULL,
    season_year SMALLINT NOT NULL,
    stage SMALLINT NOT NULL,
    step TEXT NOT NULL,
    region_code TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT stage_progress_pkey PRIMARY KEY (student_id, season_year, stage, step)
);

CREATE TABLE students (
    student_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    status TEXT NOT NULL,
    grade SMALLINT NOT NULL,
    school_code TEXT NOT NULL,
    decides_alone BOOLEAN NOT NULL,
    guardian_ids UUID[] NOT NULL,
    purposes TEXT[] NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT students_pkey PRIMARY KEY (student_id)
) WITH (fillfactor = 80);
CREATE INDEX students_guardian_ids ON students USING gin (guardian_ids);
CREATE INDEX students_region_code_school_code ON students (region_code, school_code);

CREATE TABLE unlocks (
    student_id UUID NOT NULL,
    season_year SMALLINT NOT NULL,
    region_code TEXT NOT NULL,
    recommended TEXT[] NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT unlocks_pkey PRIMARY KEY (student_id, season_year)
);

CREATE TABLE try_outs (
    try_out_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    try_out_code TEXT NOT NULL,
    season_code TEXT NOT NULL,
    competency TEXT NOT NULL,
    site_code TEXT NOT NULL,
    mentor_code TEXT NOT NULL,
    format TEXT NOT NULL,
    title TEXT NOT NULL,
    grade_from SMALLINT NOT NULL,
    grade_to SMALLINT NOT NULL,
    duration_minutes SMALLINT NOT NULL,
    CONSTRAINT try_outs_pkey PRIMARY KEY (try_out_id),
    CONSTRAINT try_outs_region_code_try_out_code_key UNIQUE (region_code, try_out_code),
    CONSTRAINT try_outs_format_known CHECK (format IN ('online', 'in-person')),
    CONSTRAINT try_outs_season_code_fkey FOREIGN KEY(season_code) REFERENCES seasons (season_code)
);
CREATE INDEX try_outs_region_code_mentor_code ON try_outs (region_code, mentor_code);
