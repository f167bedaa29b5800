"""The hot path's two statements, beneath the ORM on purpose: what the waiting claims are decided by, and what they write.

No rule stands here. `read` collects the facts, the domain decides (`use_cases.claiming`), and `write` writes a decision
only while the facts it rests on still hold: the pupil as read, the unlocked season, the time in which booking is open,
no clash, an unused idempotency key, the slot's times, a free seat, the counters of the quota. Values come as arguments.

Locks are taken in the order students, slots, quotas, key_sequence, each sorted, as everywhere in this service. The
pupils' rows are locked because a withdrawn consent must either be seen by a claim or see its booking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy.dialects import postgresql

from bilet_booking.domain.booking import AHEAD, Booking
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.quota import Quota
from bilet_booking.storage.rows import to_appointment, to_standing
from bilet_booking.storage.selects import appointments
from bilet_booking.storage.tables import students
from bilet_kit.storage.outbox import Published, store_arguments

# Columns of two tables have equal names, so the pupil's are marked.
_OF_THE_PUPIL = {column.name: f"pupil_{column.name}" for column in students.c}
_PUPIL = ", ".join(f"p.{name} AS {alias}" for name, alias in _OF_THE_PUPIL.items())
_APPOINTMENT = ", ".join(f"o.{column.key}" for column in appointments().selected_columns)
_APPOINTMENTS = appointments().compile(
    dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
    compile_kwargs={"literal_binds": True},
)

READ = f"""
WITH wanted AS MATERIALIZED (
    SELECT *, EXISTS (SELECT FROM idempotency_keys k WHERE k.principal = w.student_id::text AND k.key = w.key) AS known
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS w (student_id, slot_id, key, n)
), moment AS MATERIALIZED (
    SELECT business_now() AS now
), seats AS MATERIALIZED (
    SELECT s.slot_id, s.claimed < s.capacity AS free, EXISTS (SELECT FROM bookings b WHERE b.slot_id = s.slot_id
        AND b.status = 'requested' AND b.approval_due_at <= m.now) AS overdue
    FROM moment m, slots s WHERE s.slot_id = ANY ($4::uuid[])
), offer AS MATERIALIZED (
    SELECT o.* FROM ({_APPOINTMENTS}) o WHERE o.slot_id = ANY ($4::uuid[])
)
SELECT m.now, s.overdue, {_PUPIL}, q.booked, q.in_person, {_APPOINTMENT},
    ARRAY(SELECT u.season_year FROM unlocks u WHERE u.student_id = p.student_id) AS unlocked_years,
    CASE WHEN s.free OR s.overdue OR w.known THEN false
        WHEN s.slot_id IS NOT NULL
            THEN pg_try_advisory_xact_lock(hashtextextended(w.student_id::text || E'\\n' || w.key, 0))
        ELSE false END AS is_full
FROM moment m CROSS JOIN wanted w LEFT JOIN seats s ON s.slot_id = w.slot_id
LEFT JOIN students p ON p.student_id = w.student_id AND s.free AND NOT w.known
LEFT JOIN offer o ON o.slot_id = w.slot_id AND p.student_id IS NOT NULL
LEFT JOIN quotas q ON q.student_id = p.student_id AND q.season_year = o.season_year
ORDER BY w.n
"""  # noqa: S608 - names of our own tables

WRITE = """
WITH decided AS MATERIALIZED (
    SELECT d.*, g.n, pg_try_advisory_xact_lock(hashtextextended(d.student_id::text || E'\\n' || d.key, 0)) AS mine
    FROM unnest($10::jsonb[]) WITH ORDINALITY AS g (decision, n),
        jsonb_to_record(g.decision) AS d (student_id uuid, key text, request_hash bytea, body text,
        student_sequence bigint, opens_at timestamptz, closes_at timestamptz, booking_id uuid, region_code text,
        slot_id uuid, season_year smallint, in_person boolean, starts_at timestamptz, ends_at timestamptz, status text,
        requested_at timestamptz, approval_due_at timestamptz, approved boolean, decided_by_role text,
        decided_by_id uuid, counted_before smallint, in_person_before smallint, counted_after smallint,
        in_person_after smallint, max_bookings smallint, max_in_person smallint)
), moment AS MATERIALIZED (
    SELECT business_now() AS now
), fit AS MATERIALIZED (
    SELECT d.n, d.slot_id, d.starts_at, d.ends_at
    FROM moment m CROSS JOIN decided d
    JOIN students p ON p.student_id = d.student_id AND p.sequence = d.student_sequence
    JOIN unlocks u ON u.student_id = d.student_id AND u.season_year = d.season_year
    WHERE d.mine AND m.now >= d.opens_at AND m.now < d.closes_at
        AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.principal = d.student_id::text AND k.key = d.key)
        AND NOT EXISTS (SELECT FROM bookings b WHERE b.student_id = d.student_id AND b.status = ANY ($11::text[])
            AND b.starts_at < d.ends_at AND b.ends_at > d.starts_at)
    ORDER BY d.student_id
    FOR SHARE OF p
), seat AS MATERIALIZED (
    SELECT slot_id, starts_at, ends_at, capacity - claimed AS free FROM slots
    WHERE slot_id = ANY (ARRAY(SELECT slot_id FROM fit)) ORDER BY slot_id FOR UPDATE
), placed AS MATERIALIZED (
    SELECT n, free, row_number() OVER (PARTITION BY slot_id ORDER BY n) <= free AS seated
    FROM fit JOIN seat USING (slot_id, starts_at, ends_at)
), counted AS (
    INSERT INTO quotas AS q (student_id, season_year, booked, in_person, max_bookings, max_in_person)
    SELECT student_id, season_year, counted_after, in_person_after, max_bookings, max_in_person
    FROM placed JOIN decided USING (n) WHERE seated ORDER BY student_id
    ON CONFLICT (student_id, season_year) DO UPDATE SET booked = excluded.booked, in_person = excluded.in_person,
        max_bookings = excluded.max_bookings, max_in_person = excluded.max_in_person
    WHERE (q.booked, q.in_person)
        = (SELECT d.counted_before, d.in_person_before FROM decided d WHERE d.student_id = q.student_id)
    RETURNING student_id
), won AS MATERIALIZED (
    SELECT d.* FROM counted JOIN decided d USING (student_id)
), given AS MATERIALIZED (
    SELECT slot_id, count(*)::int AS seats FROM won GROUP BY slot_id
), taken AS (
    UPDATE slots s SET claimed = s.claimed + g.seats FROM given g WHERE s.slot_id = g.slot_id
), booked AS (
    INSERT INTO bookings (booking_id, region_code, student_id, slot_id, season_year, in_person, starts_at, ends_at,
        status, requested_at, approval_due_at, approved, decided_by_role, decided_by_id)
    SELECT booking_id, region_code, student_id, slot_id, season_year, in_person, starts_at, ends_at,
        status, requested_at, approval_due_at, approved, decided_by_role, decided_by_id
    FROM won
), remembered AS (
    INSERT INTO idempotency_keys (principal, key, request_hash, status, body)
    SELECT student_id::text, key, request_hash, 201, convert_to(body, 'UTF8') FROM won
), published AS (
    SELECT e.* FROM won JOIN unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[], $12::uuid[])
        WITH ORDINALITY AS e (event_id, type, aggregate_type, aggregate_id, topic, key, payload, headers, occurred_at,
            booking_id, place)
        USING (booking_id)
    ORDER BY e.place
), stored AS MATERIALIZED (
    SELECT store_events(array_agg(event_id), array_agg(type), array_agg(aggregate_type), array_agg(aggregate_id),
        array_agg(topic), array_agg(key), array_agg(payload), array_agg(headers), array_agg(occurred_at))
    FROM published
)
SELECT w.n IS NOT NULL AS is_booked,
    w.n IS NULL AND p.n IS NOT NULL AND p.free <= coalesce(g.seats, 0) AS is_full
FROM stored CROSS JOIN decided d LEFT JOIN placed p USING (n) LEFT JOIN given g USING (slot_id) LEFT JOIN won w USING (n)
ORDER BY d.n
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One pupil's wish for a seat, with the request's idempotency key and trace headers."""

    student_id: UUID
    slot_id: UUID
    key: str
    request_hash: bytes
    trace: Mapping[str, str]


class Candidate(NamedTuple):
    """A claim with the facts to decide it by, as they were at `now`.

    Attributes:
        standing: None, like the appointment, where the use case must look: pupil or slot are unknown, the key was used,
            or the slot has no seat.
        student_sequence: identity's number of the pupil's state.
        is_overdue: a hold of the slot is overdue, so that a full slot may yet give a seat.
        is_full: no seat is left and nothing speaks against saying so.
    """

    claim: Claim
    now: datetime
    standing: Standing | None
    student_sequence: int | None
    appointment: Appointment | None
    quota: Quota
    is_overdue: bool
    is_full: bool


class Decided(NamedTuple):
    """A booking that the domain grants, with all that it writes.

    Attributes:
        quota: the pupil's counters after it.
        events: in contract form, in their order.
        body: the answer, kept under the idempotency key.
    """

    candidate: Candidate
    booking: Booking
    quota: Quota
    events: Sequence[Published]
    body: bytes


class Outcome(NamedTuple):
    """What the write made of a decision; neither flag: something it rested on has changed."""

    is_booked: bool
    is_full: bool


async def read(pool: asyncpg.Pool, claims: Sequence[Claim]) -> list[Candidate]:
    """Read what decides these claims, in their order, in one statement."""
    rows = await pool.fetch(
        READ,
        [claim.student_id for claim in claims],
        [claim.slot_id for claim in claims],
        [claim.key for claim in claims],
        list({claim.slot_id for claim in claims}),
    )
    offered: dict[UUID, Appointment] = {}
    return [_candidate(claim, row, offered) for claim, row in zip(claims, rows, strict=True)]


async def write(pool: asyncpg.Pool, decided: Sequence[Decided]) -> list[Outcome]:
    """Write these bookings as far as what they rest on still holds, in one statement; each is of another pupil."""
    published = [(event, one) for one in decided for event in one.events]
    events = store_arguments((event, one.booking.requested_at) for event, one in published)
    granted = [orjson.dumps(_row(one)).decode() for one in decided]
    whose = [one.booking.booking_id for _, one in published]
    rows = await pool.fetch(WRITE, *events, granted, list(AHEAD), whose)
    return [Outcome(row["is_booked"], row["is_full"]) for row in rows]


def _candidate(claim: Claim, row: asyncpg.Record, offered: dict[UUID, Appointment]) -> Candidate:
    """Make a candidate of its row; `offered` keeps appointments, for the claims of a batch mostly want the same few."""
    pupil = {name: row[alias] for name, alias in _OF_THE_PUPIL.items()}
    slot_id = row["slot_id"]
    if slot_id is not None and slot_id not in offered:
        offered[slot_id] = to_appointment(row)
    return Candidate(
        claim=claim,
        now=row["now"],
        standing=to_standing(pupil, frozenset(row["unlocked_years"])) if pupil["student_id"] is not None else None,
        student_sequence=pupil["sequence"],
        appointment=offered.get(slot_id),
        quota=Quota(booked=row["booked"] or 0, in_person=row["in_person"] or 0),
        is_overdue=bool(row["overdue"]),
        is_full=row["is_full"],
    )


def _row(one: Decided) -> dict[str, object]:
    """Put a decision into one JSON object: asyncpg takes longer over thirty arrays than over all else it does here."""
    return {**_grounds(one.candidate, one.booking.appointment), **_counters(one), **_new_booking(one.booking)} | {
        "key": one.candidate.claim.key,
        "request_hash": f"\\x{one.candidate.claim.request_hash.hex()}",
        "body": one.body.decode(),
    }


def _grounds(candidate: Candidate, slot: Appointment) -> dict[str, object]:
    return {
        "student_sequence": candidate.student_sequence,
        "opens_at": slot.booking_from,
        "closes_at": slot.booking_closes_at,
        "counted_before": candidate.quota.booked,
        "in_person_before": candidate.quota.in_person,
    }


def _counters(one: Decided) -> dict[str, object]:
    slot = one.booking.appointment
    return {
        "counted_after": one.quota.booked,
        "in_person_after": one.quota.in_person,
        "max_bookings": slot.max_bookings,
        "max_in_person": slot.max_in_person,
    }


def _new_booking(booking: Booking) -> dict[str, object]:
    slot, decided_by = booking.appointment, booking.decided_by
    return {
        "booking_id": booking.booking_id,
        "region_code": slot.region_code,
        "student_id": str(booking.student_id),
        "slot_id": str(slot.slot_id),
        "season_year": slot.season_year,
        "in_person": booking.in_person,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "status": booking.status,
        "requested_at": booking.requested_at,
        "approval_due_at": booking.approval_due_at,
        "approved": booking.approved,
        "decided_by_role": decided_by and decided_by.role,
        "decided_by_id": str(decided_by.id) if decided_by else None,
    }
