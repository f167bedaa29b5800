"""Lists of bookings by who may see them, and the funnel of a season."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, tuple_

from bilet_booking.domain.access import ActingRole, Asker
from bilet_booking.domain.booking import Booking
from bilet_booking.storage.rows import to_booking
from bilet_booking.storage.selects import bookings_with_appointment
from bilet_booking.storage.tables import bookings, slots, students, try_outs
from bilet_kit.storage.database import Transaction

Funnel = Mapping[str, int]

_FUNNEL = """
WITH pupils AS (
    SELECT student_id, status FROM students
    WHERE region_code = $1 AND ($3::text[] IS NULL OR school_code = ANY ($3))
), booked AS (
    SELECT b.student_id, b.status, b.approved, b.recommendation_id FROM bookings b JOIN pupils USING (student_id)
    WHERE b.season_year = $2
), stages AS (
    SELECT s.student_id, s.stage FROM stage_progress s JOIN pupils USING (student_id)
    WHERE s.season_year = $2 AND s.step = 'completed'
)
SELECT (SELECT count(*) FROM pupils) AS registered,
    (SELECT count(*) FROM pupils WHERE status = 'active') AS active,
    (SELECT count(*) FROM stages WHERE stage = 1) AS stage_1,
    (SELECT count(*) FROM stages WHERE stage = 2) AS stage_2,
    (SELECT count(*) FROM stages WHERE stage = 3) AS stage_3,
    (SELECT count(DISTINCT student_id) FROM booked) AS booked,
    (SELECT count(DISTINCT student_id) FROM booked WHERE approved) AS approved,
    (SELECT count(DISTINCT student_id) FROM booked WHERE status = 'attended') AS attended,
    (SELECT count(DISTINCT student_id) FROM booked WHERE recommendation_id IS NOT NULL) AS recommended
"""


async def bookings_page(
    tx: Transaction,
    asker: Asker,
    *,
    slot_id: UUID | None,
    status: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Booking]:
    """What the asker may see, by start; one more than `limit` when there is another page."""
    query = bookings_with_appointment().where(_visible(asker))
    if slot_id:
        query = query.where(bookings.c.slot_id == slot_id)
    if status:
        query = query.where(bookings.c.status == status)
    if after:
        query = query.where(tuple_(bookings.c.starts_at, bookings.c.booking_id) > tuple_(*map(literal, after)))
    rows = await tx.session.execute(query.order_by(bookings.c.starts_at, bookings.c.booking_id).limit(limit + 1))
    return [to_booking(row) for row in rows.mappings()]


async def funnel(tx: Transaction, region_code: str, year: int, schools: list[str] | None) -> Funnel:
    """How many pupils came how far in a season; `schools` narrows it to their pupils."""
    return dict((await tx.fetch(_FUNNEL, region_code, year, schools))[0])


def _visible(asker: Asker) -> ColumnElement[bool]:
    match asker.role:
        case ActingRole.STUDENT:
            return bookings.c.student_id == asker.id
        case ActingRole.GUARDIAN:
            children = select(students.c.student_id).where(
                students.c.guardian_ids.contains([asker.id]), ~students.c.decides_alone
            )
            return bookings.c.student_id.in_(children)
        case ActingRole.MENTOR:
            return _within(asker, try_outs.c.mentor_code, "staff_code")
        case ActingRole.SITE_COORDINATOR:
            return _within(asker, try_outs.c.site_code, "site_code")
        case ActingRole.REGIONAL_OPERATOR:
            return slots.c.region_code.in_([scope.region_code for scope in asker.scopes])
        case _:
            return false()


def _within(asker: Asker, column: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    places = [(scope.region_code, getattr(scope, code)) for scope in asker.scopes if getattr(scope, code)]
    return or_(false(), *(and_(slots.c.region_code == region, column == place) for region, place in places))
