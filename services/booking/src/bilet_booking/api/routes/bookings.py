"""Bookings: requested, decided, cancelled, attended, recommended upon."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from bilet_booking.api.auth import Canceller, Decider, Mentor, Student
from bilet_booking.api.claiming import claim_a_seat
from bilet_booking.api.schemas.bookings import (
    AttendanceInput,
    BookingInput,
    BookingStatus,
    BookingsView,
    BookingView,
    RecommendationInput,
)
from bilet_booking.domain.access import may_read_advice
from bilet_booking.domain.booking import Booking, Status
from bilet_booking.domain.events import Attendance
from bilet_booking.storage.bookings import Search
from bilet_booking.use_cases import bookings
from bilet_kit.access import ActingRole, Asker
from bilet_kit.web.askers import AnyAsker
from bilet_kit.web.fast_path import fast_path
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.paging import MOMENT, UUID_PATTERN, moment_of, page_of, to_cursor
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/bookings", tags=["bookings"])
claims = APIRouter(
    prefix="/bookings",
    tags=["bookings"],
    route_class=fast_path(claim_a_seat, role=ActingRole.STUDENT, body=BookingInput),
)


@claims.post("", status_code=201, response_model=BookingView, summary="Записаться на сеанс")
async def request_booking(student: Student, wanted: BookingInput, idempotent: Idempotent) -> Response:
    """Claim a seat: it is held while a guardian decides; at 18 the pupil is booked at once.

    A full slot answers `slot-full` before anything else is checked, so a pupil who may not book at all can get that
    answer too. While the slot has a seat or an overdue hold to give, any other reason comes first.
    """
    booking = await bookings.request_booking(idempotent.tx, student.subject, wanted.slot_id)
    return await idempotent.answer(201, BookingView.of(booking))


@router.get("", summary="Посмотреть записи")
async def list_bookings(
    tx: Tx,
    asker: AnyAsker,
    slot_id: UUID | None = None,
    status: BookingStatus | None = None,
    cursor: Annotated[
        str | None,
        Query(pattern=f"^{MOMENT}_{UUID_PATTERN}$", examples=["1788447600000000_0198c2f4-6d1e-7c52-9f4e-3f1c0b7a9d21"]),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BookingsView:
    """List the bookings the asker may see, by start of the slot.

    Pupils see their own bookings, guardians their children's, mentors those of their slots, site coordinators those at
    their sites, regional operators those in their region.
    """
    search = Search(
        slot_id=slot_id, status=status and Status(status), after=_place(cursor) if cursor else None, limit=limit
    )
    rows = await bookings.find(tx, asker, search)
    page, following = page_of(rows, limit, lambda b: to_cursor(b.appointment.starts_at, b.booking_id))
    return BookingsView(items=[_view(asker, booking) for booking in page], next_cursor=following)


@router.get("/{booking_id}", summary="Посмотреть запись")
async def read_booking(tx: Tx, asker: AnyAsker, booking_id: UUID) -> BookingView:
    """Show one booking to those who may see it; to everybody else it does not exist."""
    return _view(asker, await bookings.see(tx, asker, booking_id))


@router.post("/{booking_id}/approval", summary="Разрешить запись")
async def approve(tx: Tx, asker: Decider, booking_id: UUID) -> BookingView:
    """Approve a booking. A repeat answers its present state; after another decision 409 tells the outcome."""
    return _view(asker, await bookings.approve(tx, asker, booking_id))


@router.post("/{booking_id}/refusal", summary="Отказать в записи")
async def decline(tx: Tx, asker: Decider, booking_id: UUID) -> BookingView:
    """Decline a booking. A repeat answers its present state; after another decision 409 tells the outcome."""
    return _view(asker, await bookings.decline(tx, asker, booking_id))


@router.post("/{booking_id}/cancellation", summary="Отменить запись")
async def cancel(tx: Tx, asker: Canceller, booking_id: UUID) -> BookingView:
    """Cancel a booking before the try-out begins; its seat and its place in the quota are free again."""
    return _view(asker, await bookings.cancel(tx, asker, booking_id))


@router.post("/{booking_id}/attendance", summary="Отметить посещение")
async def record_attendance(tx: Tx, asker: Mentor, booking_id: UUID, given: AttendanceInput) -> BookingView:
    """Record whether the pupil came; an excused absence gives the quota back."""
    return _view(asker, await bookings.record_attendance(tx, asker, booking_id, Attendance(given.attendance)))


@router.post(
    "/{booking_id}/recommendation",
    status_code=201,
    response_model=BookingView,
    summary="Написать рекомендацию",
)
async def recommend(asker: Mentor, booking_id: UUID, given: RecommendationInput, idempotent: Idempotent) -> Response:
    """Recommend next steps to a pupil who attended; a booking has at most one recommendation."""
    booking = await bookings.recommend(idempotent.tx, asker, booking_id, given.text, given.next_steps)
    return await idempotent.answer(201, _view(asker, booking))


def _view(asker: Asker, booking: Booking) -> BookingView:
    return BookingView.of(booking) if may_read_advice(asker) else BookingView.without_advice(booking)


def _place(cursor: str) -> tuple[datetime, UUID]:
    starts_at, booking_id = cursor.split("_")
    return moment_of(starts_at), UUID(booking_id)
