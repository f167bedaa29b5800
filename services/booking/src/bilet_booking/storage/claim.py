"""The hot path's statement: everything a booking writes at once, beneath the ORM on purpose (`desk` runs it).

It serves many claims, each of another pupil. Whatever it does not book, it leaves to the use case, whose transaction
lets the domain say why. Only «full» is answered here, so that a full slot stays cheap for the losers: whether they may
book is not asked. In a rush for the last seats it is full when this statement's winners have left none.

Locks are taken in the order students, slots, quotas, key_sequence, each sorted, as everywhere in this service. The
pupils' rows are locked because a withdrawn consent must either be seen by a claim or see its booking. A fact it
publishes is written as `publications` would write it; a test holds the two together.
"""

CLAIM = """
WITH asked AS MATERIALIZED (
    SELECT *, pg_try_advisory_xact_lock(hashtextextended(principal || E'\\n' || key, 0)) AS mine
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[])
        WITH ORDINALITY AS a (student_id, slot_id, booking_id, event_id, principal, key, request_hash, trace, n)
), moment AS MATERIALIZED (
    SELECT business_now() AS now
), offer AS MATERIALIZED (
    SELECT s.slot_id, s.region_code, s.starts_at, s.ends_at, m.now, e.year, e.max_bookings, e.max_in_person,
        t.grade_from, t.grade_to, t.format = 'in-person' AS in_person,
        least(m.now + interval '48 hours', s.starts_at - interval '24 hours') AS due,
        m.now >= e.booking_from AND m.now < s.starts_at - interval '36 hours' AS open,
        EXISTS (SELECT FROM bookings b WHERE b.slot_id = s.slot_id AND b.status = 'requested'
            AND b.approval_due_at <= m.now) AS overdue,
        s.claimed < s.capacity AS free, to_json(m.now AT TIME ZONE 'UTC') #>> '{}' || 'Z' AS asked_at,
        jsonb_build_object(
            'region_code', s.region_code, 'season_code', t.season_code, 'slot_id', s.slot_id, 'slot_code', s.slot_code,
            'site_code', t.site_code, 'competency', t.competency, 'format', t.format, 'timezone', p.timezone,
            'starts_at', to_json(s.starts_at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
            'ends_at', to_json(s.ends_at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
            'approval_due_at', to_json(
                least(m.now + interval '48 hours', s.starts_at - interval '24 hours') AT TIME ZONE 'UTC') #>> '{}' || 'Z'
        ) AS facts,
        (SELECT f.staff_id FROM staff f WHERE f.scopes @> jsonb_build_array(jsonb_build_object(
            'role', 'mentor', 'region_code', t.region_code, 'staff_code', t.mentor_code))
            ORDER BY f.staff_id LIMIT 1) AS mentor_staff_id
    FROM moment m, slots s
    JOIN try_outs t USING (region_code, try_out_code)
    JOIN seasons e USING (season_code)
    JOIN sites p ON p.region_code = s.region_code AND p.site_code = t.site_code
    WHERE s.slot_id = ANY ($9::uuid[])
), fit AS MATERIALIZED (
    SELECT a.n, a.student_id, a.slot_id
    FROM asked a
    JOIN offer o USING (slot_id)
    JOIN students p ON p.student_id = a.student_id
    JOIN unlocks u ON u.student_id = a.student_id AND u.season_year = o.year
    WHERE a.mine AND o.open AND o.free AND p.status = 'active' AND p.purposes @> ARRAY['processing', 'transfer']
        AND NOT p.decides_alone
        AND p.grade BETWEEN o.grade_from AND o.grade_to AND o.in_person::int <= o.max_in_person
        AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.principal = a.principal AND k.key = a.key)
        AND NOT EXISTS (
            SELECT FROM quotas q WHERE q.student_id = a.student_id AND q.season_year = o.year
                AND (q.booked >= o.max_bookings OR q.in_person + o.in_person::int > o.max_in_person))
        AND NOT EXISTS (
            SELECT FROM bookings b WHERE b.student_id = a.student_id AND b.status IN ('requested', 'approved')
                AND b.starts_at < o.ends_at AND b.ends_at > o.starts_at)
    ORDER BY a.student_id
    FOR SHARE OF p
), seat AS MATERIALIZED (
    SELECT slot_id, capacity - claimed AS free FROM slots
    WHERE slot_id = ANY (ARRAY(SELECT slot_id FROM fit)) ORDER BY slot_id FOR UPDATE
), placed AS MATERIALIZED (
    SELECT f.n, s.free, row_number() OVER (PARTITION BY slot_id ORDER BY f.n) <= s.free AS seated
    FROM fit f JOIN seat s USING (slot_id)
), counted AS (
    INSERT INTO quotas AS q (student_id, season_year, booked, in_person, max_bookings, max_in_person)
    SELECT a.student_id, o.year, 1, o.in_person::int, o.max_bookings, o.max_in_person
    FROM placed JOIN asked a USING (n) JOIN offer o USING (slot_id) WHERE seated ORDER BY a.student_id
    ON CONFLICT (student_id, season_year) DO UPDATE SET booked = q.booked + 1,
        in_person = q.in_person + excluded.in_person,
        max_bookings = excluded.max_bookings, max_in_person = excluded.max_in_person
    WHERE q.booked < excluded.max_bookings AND q.in_person + excluded.in_person <= excluded.max_in_person
    RETURNING student_id
), won AS MATERIALIZED (
    SELECT a.* FROM counted JOIN asked a USING (student_id)
), given AS MATERIALIZED (
    SELECT slot_id, count(*)::int AS seats FROM won GROUP BY slot_id
), taken AS (
    UPDATE slots s SET claimed = s.claimed + g.seats FROM given g WHERE s.slot_id = g.slot_id
), booked AS (
    INSERT INTO bookings (booking_id, region_code, student_id, slot_id, season_year, in_person, starts_at, ends_at,
        status, requested_at, approval_due_at)
    SELECT w.booking_id, o.region_code, w.student_id, w.slot_id, o.year, o.in_person, o.starts_at, o.ends_at,
        'requested', o.now, o.due
    FROM won w JOIN offer o USING (slot_id)
), numbered AS (
    INSERT INTO key_sequence AS k (topic, key, n)
    SELECT 'booking.events', student_id::text, 1 FROM won ORDER BY 2
    ON CONFLICT (topic, key) DO UPDATE SET n = k.n + 1
    RETURNING key, n
), said AS (
    INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, topic, key, sequence, payload, headers, occurred_at)
    SELECT w.event_id, 'booking.booking-requested.v1', 'booking', w.booking_id::text, 'booking.events', s.key, s.n,
        o.facts || jsonb_build_object(
            'booking_id', w.booking_id, 'student_id', w.student_id, 'mentor_staff_id', o.mentor_staff_id),
        w.trace::jsonb || jsonb_build_object('ce_region', o.region_code), o.now
    FROM won w JOIN numbered s ON s.key = w.student_id::text JOIN offer o USING (slot_id)
), remembered AS (
    INSERT INTO idempotency_keys (principal, key, request_hash, status, body)
    SELECT w.principal, w.key, w.request_hash, 201, convert_to((o.facts || $10::jsonb || jsonb_build_object(
        'booking_id', w.booking_id, 'student_id', w.student_id, 'requested_at', o.asked_at))::text, 'UTF8')
    FROM won w JOIN offer o USING (slot_id)
    RETURNING principal, key, body
)
SELECT r.body,
    r.body IS NULL AND a.mine AND NOT o.overdue AND (NOT o.free OR p.free <= coalesce(g.seats, 0))
        AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.principal = a.principal AND k.key = a.key) AS full
FROM asked a LEFT JOIN offer o USING (slot_id) LEFT JOIN placed p USING (n) LEFT JOIN given g USING (slot_id)
LEFT JOIN remembered r USING (principal, key)
ORDER BY a.n
"""
