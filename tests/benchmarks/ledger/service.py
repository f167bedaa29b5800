"""The composition root of both sides; each is a worker process: `uvicorn --factory tests.benchmarks.ledger.service:receiver`."""

from pathlib import Path

from fastapi import APIRouter, FastAPI

from bilet_contracts.booking import BookingRequestedV1
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.process.cli import prepare_process
from bilet_kit.process.service import Service
from bilet_kit.process.worker import create_worker
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from bilet_kit.storage.outbox import Publications
from bilet_kit.web.auth import RemoteKeySet
from tests.benchmarks.ledger import tables
from tests.benchmarks.ledger.speech import PUBLICATIONS

SILENCE = Publications(service="ledger", translations={})
HELD_SEATS = Projection(table=tables.held_seats, key=("booking_id",))


class NoRuleError(Exception):
    """The ledger refuses nothing."""


def held_seat_row(received: Received[BookingRequestedV1]) -> dict[str, object]:
    event = received.event
    return {
        "booking_id": event.booking_id,
        "student_id": event.student_id,
        "slot_id": event.slot_id,
        "slot_code": event.slot_code,
        "approval_due_at": event.approval_due_at,
    }


def sender() -> FastAPI:
    """Relay only: it listens to nothing."""
    return _worker("ledger-sender", PUBLICATIONS, Consumers(service="ledger-sender"))


def receiver() -> FastAPI:
    """Inbox and projection; its relay has nothing to do."""
    consumers = Consumers(service="ledger-receiver")
    consumers.project(BookingRequestedV1, into=HELD_SEATS, row=held_seat_row)
    return _worker("ledger-receiver", SILENCE, consumers)


def _worker(name: str, publications: Publications, consumers: Consumers) -> FastAPI:
    settings = ServiceSettings()
    service = Service(
        name=name,
        title=name,
        settings=settings,
        database=Database(settings, publications),
        verifier=RemoteKeySet(settings),
        publications=publications,
        consumers=consumers,
        domain_error=NoRuleError,
        migrations=Path(__file__).parent / "migrations",
        router=APIRouter(),
    )
    return create_worker(prepare_process(service, "worker"))
