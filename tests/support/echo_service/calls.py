"""Events of the echo service as records, for tests that need many."""

from uuid import UUID

from tests.support.echo_service.contracts import CalledV1, CallerForgottenV1, CallerMovedV1
from tests.support.echo_service.publications import REGION
from tests.support.records import HandMade


def called(caller: UUID, number: int, mood: str = "calm", *, sequence: int | None = None) -> HandMade:
    """Make a call; its sequence is its number unless told otherwise."""
    event = CalledV1(region_code=REGION, caller_id=caller, number=number, mood=mood)
    return HandMade.of(event, number if sequence is None else sequence)


def moved(caller: UUID, place: str, sequence: int) -> HandMade:
    return HandMade.of(CallerMovedV1(region_code=REGION, caller_id=caller, place=place), sequence)


def forgotten(caller: UUID, sequence: int) -> HandMade:
    return HandMade.of(CallerForgottenV1(region_code=REGION, caller_id=caller), sequence)
