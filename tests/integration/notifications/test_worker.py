"""The worker as it runs: from a record in Kafka to a letter, and to what is said about it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from bilet_contracts.base import TOPICS
from bilet_contracts.booking import BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_kit.process.worker import create_worker
from bilet_notifications.bootstrap import build
from bilet_notifications.settings import Settings
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import AddressBook, make_contacts
from tests.integration.notifications.mail_server import MailServer
from tests.support.going_on import go_on_where_kafka_is
from tests.support.kafka import Kafka, Record
from tests.support.plugin import SetClock
from tests.support.records import HandMade, twice
from tests.support.waiting import wait_until


@pytest.fixture
async def book(settings: Settings, tansu: Kafka, set_clock: SetClock) -> AsyncIterator[AddressBook]:
    """Open a running worker's address book."""
    await set_clock(str(settings.database_url), facts.NOW)
    await tansu.create_topics(*TOPICS)
    changes = {"kafka_bootstrap": tansu.bootstrap, "kafka_idempotence": False, "kafka_fetch_max_wait_ms": 20}
    book = AddressBook()
    service = build(settings.model_copy(update=changes), contacts=make_contacts(settings, book))
    await go_on_where_kafka_is(service)
    worker = create_worker(service)
    async with worker.router.lifespan_context(worker):
        yield book


async def said_about(kafka: Kafka, recipient: UUID) -> list[Record]:
    return [record for record in await kafka.records("notifications.events") if record.key == str(recipient)]


async def test_a_booking_in_kafka_becomes_one_letter_and_one_fact(
    book: AddressBook, tansu: Kafka, mail: MailServer, pupil: UUID, mother: UUID
) -> None:
    book.add(mother, "eva@example.test")
    early = HandMade.of(facts.booking(BookingRequestedV1, pupil), 1)
    known = HandMade.of(facts.student(StudentActivatedV1, pupil, mother), 1)

    await tansu.produce(record.for_kafka() for record in twice([early, known]))

    async def is_said() -> bool:
        return bool(await said_about(tansu, mother))

    await wait_until(is_said, 30, what="the letter is said to be delivered")
    (said,) = await said_about(tansu, mother)
    assert (said.sequence, said.headers["ce_type"]) == (1, "notifications.delivered.v1")
    assert [letter["To"] for letter in mail.letters] == ["eva@example.test"]
