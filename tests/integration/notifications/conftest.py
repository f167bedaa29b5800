"""The notifications service on a real database, with an address book and a mail server that can be spoiled."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from aiosmtpd.smtp import SMTP

from bilet_contracts.base import Event
from bilet_contracts.booking import BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_kit.process.service import Service
from bilet_notifications.bootstrap import build
from bilet_notifications.dispatch import BATCH, CONNECTIONS, Providers, Sender
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.breaker import LONGEST_PAUSE, Breaker
from bilet_notifications.sending.carriers import Carrier
from bilet_notifications.sending.contacts import IdentityContacts
from bilet_notifications.sending.email import EmailCarrier, SmtpConfiguration
from bilet_notifications.settings import Settings
from tests.integration.notifications import facts
from tests.integration.notifications.mail_server import MailServer
from tests.support.plugin import DatabaseUrl, SetClock
from tests.support.records import HandMade
from tests.support.tokens import SigningKey, TokenMaker

SERVICE_KEY = SigningKey.new().pem()
EVA = "eva@example.test"


@dataclass
class Clock:
    """Real time as breakers see it; a test turns it."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class AddressBook:
    """Identity's answer to the question for contacts; `status` spoils it."""

    status: int = 200
    people: dict[UUID, dict[str, str | None]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["ids"]
        self.asked.append(ids)
        if self.status != 200:
            return httpx.Response(self.status)
        items = [{"id": one, **self.people[UUID(one)]} for one in ids if UUID(one) in self.people]
        return httpx.Response(200, json={"items": items})

    def add(self, person: UUID, email: str, *, first_name: str = "Ева") -> None:
        self.people[person] = {"first_name": first_name, "patronymic": "Михайловна", "email": email}


@dataclass
class Desk:
    """Everything a test does with the service."""

    service: Service
    mail: MailServer
    book: AddressBook
    sender: Sender
    clock: Clock
    _sequences: dict[str, int] = field(default_factory=dict)

    def record(self, event: Event, **ids: UUID) -> HandMade:
        """Make the event that its producer would publish next for its key."""
        place = f"{event.topic} {event.key}"
        self._sequences[place] = self._sequences.get(place, 0) + 1
        return HandMade.of(event, self._sequences[place], **ids)

    async def hear(self, *what: Event | HandMade) -> None:
        records = [item if isinstance(item, HandMade) else self.record(item) for item in what]
        await self.service.processor.process(records)

    async def send(self) -> None:
        """Send what is due of both classes, as often as the sender asks for."""
        for sender in (self.sender, in_class(self.sender, Urgency.ORDINARY)):
            while await sender.run(self.service.database):
                pass

    async def rows(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self.service.database.pool.fetch(sql, *arguments)
        return rows

    async def deliveries(self, channel: str) -> list[asyncpg.Record]:
        return await self.rows("SELECT * FROM deliveries WHERE channel = $1 ORDER BY delivery_id", channel)

    async def told(self, channel: str = "inbox") -> set[tuple[str, UUID, str]]:
        rows = await self.deliveries(channel)
        return {(row["recipient_kind"], row["recipient_id"], row["template"]) for row in rows}

    async def said(self, name: str) -> list[dict[str, Any]]:
        """Read the events of this type in the outbox, oldest first."""
        rows = await self.rows("SELECT payload FROM outbox WHERE type = $1 ORDER BY id", f"notifications.{name}.v1")
        return [json.loads(row["payload"]) for row in rows]

    async def hurry(self) -> None:
        """Let every pause, lease and breaker be over."""
        self.clock.seconds += LONGEST_PAUSE
        await self.rows("UPDATE deliveries SET next_attempt_at = clock_timestamp() WHERE next_attempt_at IS NOT NULL")
        await self.rows("UPDATE waiting_notices SET next_look_at = clock_timestamp()")


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    mail = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mail, loop=loop), "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()


@pytest.fixture
async def settings(database_url: DatabaseUrl, mail: MailServer, tokens: TokenMaker) -> Settings:
    return Settings.model_validate(
        {
            "environment": "test",
            "database_url": await database_url("notifications"),
            "jwks_url": tokens.jwks_url,
            "token_issuer": tokens.issuer,
            "smtp_port": mail.port,
            "smtp_from": "bilet@bilet.test",
            "service_signing_key": SERVICE_KEY,
            "public_url": "https://bilet.test",
        }
    )


def make_contacts(settings: Settings, book: AddressBook) -> IdentityContacts:
    return IdentityContacts(
        base_url=settings.identity_internal_url,
        signing_key=SERVICE_KEY,
        transport=httpx.MockTransport(book.answer),
    )


def make_carrier(settings: Settings, *, port: int | None = None, seconds: float = 10.0) -> EmailCarrier:
    """Make a carrier that gives the mail server so many seconds to answer."""
    server = SmtpConfiguration(
        host="127.0.0.1", port=port or settings.smtp_port, sender=settings.smtp_from, timeout=seconds
    )
    return EmailCarrier(server, Renderer(settings.public_url))


def make_sender(
    settings: Settings,
    book: AddressBook,
    *,
    carrier: Carrier | None = None,
    urgency: Urgency = Urgency.URGENT,
    clock: Clock | None = None,
    connections: int = CONNECTIONS,
    batch: int = BATCH,
) -> Sender:
    """Make a sender that asks the address book, over the settings' mail server unless given another carrier."""
    clock = clock or Clock()
    providers = Providers(
        make_contacts(settings, book),
        carrier or make_carrier(settings),
        Breaker("identity", clock),
        Breaker("email", clock),
    )
    return Sender(providers, Renderer(settings.public_url), urgency=urgency, connections=connections, batch=batch)


def in_class(sender: Sender, urgency: Urgency) -> Sender:
    """Make the sender of another class beside this one, as a worker has them."""
    return Sender(sender.providers, sender.renderer, urgency=urgency, connections=sender.scale.connections)


@pytest.fixture
async def desk(settings: Settings, mail: MailServer, set_clock: SetClock) -> AsyncIterator[Desk]:
    await set_clock(str(settings.database_url), facts.NOW)
    service, book, clock = build(settings), AddressBook(), Clock()
    async with service.running():
        yield Desk(service, mail, book, make_sender(settings, book, clock=clock), clock)


@pytest.fixture
def pupil() -> UUID:
    return uuid4()


@pytest.fixture
def mother() -> UUID:
    return uuid4()


@pytest.fixture
def mentor() -> UUID:
    return uuid4()


@pytest.fixture
async def asked(desk: Desk, pupil: UUID, mother: UUID) -> UUID:
    """Make the mother's delivery: asked to approve a booking, not sent yet."""
    desk.book.add(mother, EVA)
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))
    (row,) = await desk.deliveries("email")
    found: UUID = row["delivery_id"]
    return found
