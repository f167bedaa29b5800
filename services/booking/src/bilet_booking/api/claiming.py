"""The fast path of a booking request, in front of the route that is declared and documented."""

import orjson
from fastapi import Request, Response

from bilet_booking.api.parts import running_parts
from bilet_booking.api.schemas.bookings import BookingInput
from bilet_booking.domain.errors import SlotFull
from bilet_booking.storage.desk import Claim, Unbooked
from bilet_kit.storage.outbox import trace_headers
from bilet_kit.web.auth import Principal
from bilet_kit.web.idempotency import HEADER, checked_key, request_hash
from bilet_kit.web.problems import Problem


async def claim_a_seat(request: Request, student: Principal, wanted: BookingInput) -> Response | None:
    """Ask the desk: one statement shared with others who wait, without dependency injection.

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
        trace=orjson.dumps(trace_headers()).decode(),
    )
    answer = await running_parts(request).desk.claim(claim)
    if answer is Unbooked.FULL:
        raise SlotFull
    return Response(answer, 201, media_type="application/json") if isinstance(answer, bytes) else None
