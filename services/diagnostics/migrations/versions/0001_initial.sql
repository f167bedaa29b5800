CREATE TABLE approvals (
    booking_id UUID NOT NULL,
    student_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    slot_id UUID NOT NULL,
    visible_until timestamptz,
    sequence BIGINT NOT NULL,
    CONSTRAINT approvals_pkey PRIMARY KEY (booking_id)
);
CREATE INDEX approvals_student_id ON approvals (student_id);

CREATE TABLE attempts (
    attempt_id UUID NOT NULL,
    student_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    season_code TEXT NOT NULL,
    stage SMALLINT NOT NULL,
    number SMALLINT NOT NULL,
    grade SMALLINT NOT NULL,
    instruments TEXT[] NOT NULL,
    status TEXT NOT NULL,
    started_at timestamptz NOT NULL,
    submitted_at timestamptz,
    chosen SMALLINT[] NOT NULL,
    answered_ms BIGINT[] NOT NULL,
    sequences BIGINT[] NOT NULL,
    revision INTEGER DEFAULT 0 NOT NULL,
    asked_at timestamptz,
    CONSTRAINT attempts_pkey PRIMARY KEY (attempt_id),
    CONSTRAINT attempts_status_known CHECK (status IN ('started', 'stopped', 'submitted')),
    CONSTRAINT attempts_submitted_has_its_time CHECK ((status = 'submitted') = (submitted_at IS NOT NULL)),
    CONSTRAINT attempts_stage_known CHECK (stage BETWEEN 1 AND 3)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX attempts_one_open ON attempts (student_id, season_code, stage) WHERE status <> 'submitted';
CREATE UNIQUE INDEX attempts_taken_once ON attempts (student_id, season_code, stage, number);

CREATE TABLE attendances (
    booking_id UUID NOT NULL,
    student_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    slot_id UUID NOT NULL,
    site_code TEXT NOT NULL,
    competency TEXT NOT NULL,
    format TEXT NOT NULL,
    starts_at timestamptz NOT NULL,
    timezone TEXT NOT NULL,
    mentor_id UUID,
    attendance TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT attendances_pkey PRIMARY KEY (booking_id)
);
CREATE INDEX attendances_student_id ON attendances (student_id);

CREATE TABLE competencies (
    competency_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    competency TEXT NOT NULL,
    title TEXT NOT NULL,
    field TEXT NOT NULL,
    riasec TEXT NOT NULL,
    grade_from SMALLINT NOT NULL,
    grade_to SMALLINT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT competencies_pkey PRIMARY KEY (competency_id)
);
CREATE INDEX competencies_region_code ON competencies (region_code);

CREATE TABLE mentor_recommendations (
    booking_id UUID NOT NULL,
    recommendation_id UUID NOT NULL,
    student_id UUID NOT NULL,
    issued_by_id UUID NOT NULL,
    issued_at timestamptz NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT mentor_recommendations_pkey PRIMARY KEY (booking_id)
);
CREATE INDEX mentor_recommendations_student_id ON mentor_recommendations (student_id);

CREATE TABLE plans (
    student_id UUID NOT NULL,
    goals TEXT[] NOT NULL,
    steps JSONB NOT NULL,
    revision INTEGER NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT plans_pkey PRIMARY KEY (student_id)
);

CREATE TABLE profiles (
    attempt_id UUID NOT NULL,
    scoring SMALLINT DEFAULT 1 NOT NULL,
    scores JSONB NOT NULL,
    signs TEXT[] NOT NULL,
    scored_at timestamptz NOT NULL,
    CONSTRAINT profiles_pkey PRIMARY KEY (attempt_id, scoring)
);

CREATE TABLE recommendations (
    student_id UUID NOT NULL,
    season_code TEXT NOT NULL,
    items JSONB NOT NULL,
    offer BIGINT DEFAULT 0 NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT recommendations_pkey PRIMARY KEY (student_id, season_code)
);
CREATE INDEX recommendations_season_code_offer ON recommendations (season_code, offer);

CREATE TABLE seasons (
    season_id UUID NOT NULL,
    season_code TEXT NOT NULL,
    region_code TEXT NOT NULL,
    diagnostics_from timestamptz NOT NULL,
    closes timestamptz NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT seasons_pkey PRIMARY KEY (season_id)
);
CREATE INDEX seasons_region_code ON seasons (region_code);
CREATE INDEX seasons_season_code ON seasons (season_code);

CREATE TABLE slots (
    slot_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    try_out_code TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT slots_pkey PRIMARY KEY (slot_id)
);

CREATE TABLE staff (
    staff_id UUID NOT NULL,
    scopes JSONB NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT staff_pkey PRIMARY KEY (staff_id)
);
CREATE INDEX staff_scopes ON staff USING gin (scopes jsonb_path_ops);

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
CREATE INDEX students_region_code_school_code_student_id ON students (region_code, school_code, student_id);

CREATE TABLE try_outs (
    try_out_id UUID NOT NULL,
    region_code TEXT NOT NULL,
    try_out_code TEXT NOT NULL,
    mentor_code TEXT NOT NULL,
    title TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT try_outs_pkey PRIMARY KEY (try_out_id)
);
CREATE INDEX try_outs_region_code_try_out_code ON try_outs (region_code, try_out_code);
