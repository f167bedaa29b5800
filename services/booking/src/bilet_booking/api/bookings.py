"""Bookings: requested, decided, taken back, attended, recommended upon."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from bilet_booking.api.auth import AnyAsker, Canceller, Decider, Mentor, Student
from bilet_booking.api.claiming import claim_a_seat
from bilet_booking.api.schemas import (
    AttendanceGiven,
    BookingRequest,
    Bookings,
    BookingStatus,
    BookingView,
    RecommendationGiven,
)
from bilet_booking.domain.access import Asker, may_read_advice
from bilet_booking.domain.booking import Booking
from bilet_booking.domain.events import Attendance
from bilet_booking.storage.lists import bookings_page
from bilet_booking.use_cases import bookings
from bilet_kit.web.fast_path import fast_path
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.paging import from_cursor, page_of, to_cursor
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/bookings", tags=["bookings"])
claims = APIRouter(
    prefix="/bookings", tags=["bookings"], route_class=fast_path(claim_a_seat, role="student", body=BookingRequest)
)


@claims.post("", status_code=201, response_model=BookingView)
async def request_booking(student: Student, wanted: BookingRequest, idempotent: Idempotent) -> Response:
    """Claim a seat: held while a guardian decides, and at 18 booked at once.

    A full slot answers `slot-full` before anything else is asked: a pupil who may not book at all can be told so too,
    while another reason is told first as long as the slot has a seat or an overdue hold to give.
    """
    booking = await bookings.request_booking(idempotent.tx, student.subject, wanted.slot_id)
    return await idempotent.answer(201, BookingView.of(booking))


@router.get("")
async def list_bookings(
    tx: Tx,
    asker: AnyAsker,
    slot_id: UUID | None = None,
    status: BookingStatus | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Bookings:
    """The asker's: a pupil's own, a guardian's children's, those of a mentor's slots, a site's, a region's."""
    rows = await bookings_page(
        tx, asker, slot_id=slot_id, status=status, after=from_cursor(cursor, _place), limit=limit
    )
    page, following = page_of(rows, limit, lambda b: to_cursor(b.appointment.starts_at, str(b.booking_id)))
    return Bookings(items=[_view(asker, booking) for booking in page], next_cursor=following)


@router.get("/{booking_id}")
async def read_booking(tx: Tx, asker: AnyAsker, booking_id: UUID) -> BookingView:
    """One booking."""
    return _view(asker, await bookings.see(tx, asker, booking_id))


@router.post("/{booking_id}/approval")
async def approve(tx: Tx, asker: Decider, booking_id: UUID) -> BookingView:
    """Say yes; a repeat answers the present state, after another decision 409 tells the outcome."""
    return _view(asker, await bookings.approve(tx, asker, booking_id))


@router.post("/{booking_id}/refusal")
async def decline(tx: Tx, asker: Decider, booking_id: UUID) -> BookingView:
    """Say no; a repeat answers the present state, after another decision 409 tells the outcome."""
    return _view(asker, await bookings.decline(tx, asker, booking_id))


@router.post("/{booking_id}/cancellation")
async def cancel(tx: Tx, asker: Canceller, booking_id: UUID) -> BookingView:
    """Take a booking back before the try-out begins; its seat and quota are free again."""
    return _view(asker, await bookings.cancel(tx, asker, booking_id))


@router.post("/{booking_id}/attendance")
async def record_attendance(tx: Tx, asker: Mentor, booking_id: UUID, given: AttendanceGiven) -> BookingView:
    """Say whether the pupil came; an excused absence gives the quota back."""
    return _view(asker, await bookings.record_attendance(tx, asker, booking_id, Attendance(given.attendance)))


@router.post("/{booking_id}/recommendation", status_code=201, response_model=BookingView)
async def recommend(asker: Mentor, booking_id: UUID, given: RecommendationGiven, idempotent: Idempotent) -> Response:
    """Advise a pupil who attended, once."""
    booking = await bookings.recommend(idempotent.tx, asker, booking_id, given.text, given.next_steps)
    return await idempotent.answer(201, _view(asker, booking))


def _view(asker: Asker, booking: Booking) -> BookingView:
    return BookingView.of(booking) if may_read_advice(asker) else BookingView.without_advice(booking)


def _place(starts_at: str, booking_id: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(starts_at), UUID(booking_id)
