"""The fast path of a booking request, in front of the route that is declared and documented."""

from fastapi import Request, Response

from bilet_booking.api.parts import parts_of
from bilet_booking.api.schemas.bookings import BookingInput, BookingView
from bilet_booking.domain.booking import Booking
from bilet_booking.domain.errors import SlotFull
from bilet_booking.storage.claim import Claim
from bilet_booking.use_cases.claiming import Unbooked
from bilet_kit.storage.outbox import trace_headers
from bilet_kit.web.auth import Principal
from bilet_kit.web.fast_path import JSON
from bilet_kit.web.idempotency import HEADER, checked_key, request_hash
from bilet_kit.web.problems import Problem


async def claim_a_seat(request: Request, student: Principal, wanted: BookingInput) -> Response | None:
    """Claim a seat at the desk, without dependency injection.

    Whatever the desk does not book, and a request without a usable key, is left to the declared route.

    Raises:
        SlotFull: the slot has no seat left.
    """
    try:
        key = checked_key(request.headers.get(HEADER))
    except Problem:
        return None
    claim = Claim(
        student_id=student.subject,
        slot_id=wanted.slot_id,
        key=key,
        request_hash=request_hash(request, await request.body()),
        trace=trace_headers(),
    )
    answer = await parts_of(request).desk.claim(claim)
    if answer is Unbooked.FULL:
        raise SlotFull
    return Response(answer, 201, media_type=JSON) if isinstance(answer, bytes) else None


def body_of(booking: Booking) -> bytes:
    """Write the answer that tells a new booking, the same bytes on both paths."""
    return BookingView.of(booking).model_dump_json().encode()
