"""Everything the echo service says."""

from bilet_kit.storage.outbox import Publications, Published
from tests.support.echo_service.contracts import CalledV1, CallerForgottenV1, CallerMovedV1, EchoedV1
from tests.support.echo_service.domain import Called, Echoed, Forgotten, Moved

REGION = "63"


def to_called(event: Called) -> Published:
    said = CalledV1(region_code=REGION, caller_id=event.caller_id, number=event.number, mood=event.mood)
    return Published(said, "caller", str(event.caller_id))


def to_caller_moved(event: Moved) -> Published:
    said = CallerMovedV1(region_code=REGION, caller_id=event.caller_id, place=event.place)
    return Published(said, "caller", str(event.caller_id))


def to_caller_forgotten(event: Forgotten) -> Published:
    return Published(CallerForgottenV1(region_code=REGION, caller_id=event.caller_id), "caller", str(event.caller_id))


def to_echoed(event: Echoed) -> Published:
    said = EchoedV1(region_code=REGION, caller_id=event.caller_id, number=event.number)
    return Published(said, "echo", str(event.caller_id))


PUBLICATIONS = Publications(
    service="echo",
    translations={Called: to_called, Moved: to_caller_moved, Forgotten: to_caller_forgotten, Echoed: to_echoed},
    events=(CalledV1, CallerMovedV1, CallerForgottenV1, EchoedV1),
)
