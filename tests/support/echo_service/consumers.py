"""Everything the echo service listens to: its own calls, which it answers."""

from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.storage.database import Transaction
from tests.support.echo_service import tables
from tests.support.echo_service.contracts import CalledV1, CallerForgottenV1, CallerMovedV1
from tests.support.echo_service.domain import Echoed, UnbearableError

PLACES = Projection(table=tables.places, key=("caller_id",))


def place_row(received: Received[CallerMovedV1]) -> dict[str, object]:
    return {"caller_id": received.event.caller_id, "place": received.event.place}


async def answer(received: Received[CalledV1], tx: Transaction) -> None:
    """Apply a call: write one row, publish one echo. Moods spoil it: `unbearable` for good, `broken` by a bug."""
    event = received.event
    if event.mood == "unbearable":
        raise UnbearableError
    if event.mood == "broken":
        raise ZeroDivisionError
    await tx.execute("INSERT INTO effects (caller_id, number) VALUES ($1, $2)", event.caller_id, event.number)
    tx.record(Echoed(event.caller_id, event.number))


async def forget(received: Received[CallerForgottenV1], tx: Transaction) -> None:
    await tx.execute("INSERT INTO forgotten (caller_id) VALUES ($1)", received.event.caller_id)


def listen(service: str) -> Consumers:
    """Build the listeners, in a consumer group of the given name."""
    consumers = Consumers(service=service)
    consumers.project(CallerMovedV1, into=PLACES, row=place_row)
    consumers.handle(CalledV1)(answer)
    consumers.handle(CallerForgottenV1)(forget)
    return consumers
