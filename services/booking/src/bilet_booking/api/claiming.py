"""The short way of the hot path over HTTP, in front of the route that is declared and documented."""

import orjson
from fastapi import Request, Response
from pydantic import ValidationError

from bilet_booking.api.parts import running_parts
from bilet_booking.api.schemas import BookingRequest
from bilet_booking.domain.errors import SlotFull
from bilet_booking.storage.desk import Claim, Unbooked
from bilet_kit.auth import current_principal
from bilet_kit.errors import Problem
from bilet_kit.idempotency import HEADER, checked_key, request_hash
from bilet_kit.outbox import trace_headers


async def claim_a_seat(request: Request) -> Response | None:
    """Ask the desk: one statement shared with others who wait, without dependency injection.

    Whatever the desk does not book, and every request that is not in order, is answered by the declared route.

    Raises:
        SlotFull: the slot has no seat left.
    """
    claim = await _claim(request)
    if claim is None:
        return None
    answer = await running_parts(request).desk.claim(claim)
    if answer is Unbooked.FULL:
        raise SlotFull
    return Response(answer, 201, media_type="application/json") if isinstance(answer, bytes) else None


async def _claim(request: Request) -> Claim | None:
    """The claim in a request, None for a request that is not in order."""
    try:
        principal = await current_principal(request)
        body = await request.body()
        wanted = BookingRequest.model_validate_json(body)
        key = checked_key(request.headers.get(HEADER))
    except (Problem, ValidationError):
        return None
    if principal.role != "student" or not request.headers.get("content-type", "").startswith("application/json"):
        return None
    return Claim(
        student_id=principal.subject,
        slot_id=wanted.slot_id,
        key=key,
        request_hash=request_hash(request, body),
        trace=orjson.dumps(trace_headers()).decode(),
    )
