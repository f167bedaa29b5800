"""Sending: what is due of one class goes out over several connections, as long as there is something to send.

A feeder claims batches and asks for their contacts while connections hand over what was claimed before. Before each
letter and after it a connection takes its turn at the database; turns that come together share a transaction. So a
crash leaves in doubt at most one letter a connection.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID, uuid4

import structlog
from prometheus_client import Counter

from bilet_kit.storage.batching import BatchingQueue
from bilet_kit.storage.database import Database
from bilet_kit.storage.transience import is_transient
from bilet_notifications.domain.deliveries import LEASE, Outcome
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.breaker import Breaker
from bilet_notifications.sending.carriers import Carrier, Line, Outgoing
from bilet_notifications.sending.contacts import Contact, Contacts, ContactsUnavailableError
from bilet_notifications.use_cases import sending
from bilet_notifications.use_cases.sending import Claimed, Settled, Turn

BATCH = 100
CONNECTIONS = 16
LOOK_AGAIN_SECONDS = 0.2
RENEWAL_SECONDS = LEASE.total_seconds() / 3
GRACE_SECONDS = 15.0
"""How long a worker that is told to end waits for the letters in hand."""

_RETRY_SECONDS = 0.2
_UNANSWERED = frozenset({"interrupted", "lost"})
_ANSWERED = frozenset({"delivered", "refused", "postponed"})
T = TypeVar("T")
_LETTERS = Counter(
    "bilet_notifications_letters", "Messages handed over, by what became of them", ("channel", "outcome")
)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scale:
    """Over how many connections, how many messages claimed at once, and how often at most; None as often as needed."""

    connections: int
    batch: int
    batches: int | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A claimed message with everything that it needs on its way; the contact is None for somebody nobody knows."""

    message: Outgoing
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Providers:
    """Whom sending depends on, and whether each is well; shared by the senders of a process."""

    contacts: Contacts
    carrier: Carrier
    address_book: Breaker
    server: Breaker


class Sender:
    """Sends what is due of one class of one carrier's messages; any number of senders may run beside each other."""

    def __init__(
        self,
        providers: Providers,
        renderer: Renderer,
        *,
        urgency: Urgency,
        connections: int = CONNECTIONS,
        batch: int = BATCH,
    ) -> None:
        self.providers = providers
        self.renderer = renderer
        self.urgency = urgency
        self.scale = Scale(connections, batch)

    async def run(self, database: Database) -> bool:
        """Send until nothing is due or somebody whom sending depends on is away; whether there may be more at once.

        After an outage one letter goes first.
        """
        breakers = (self.providers.address_book, self.providers.server)
        if any(breaker.is_away for breaker in breakers):
            return False
        on_trial = any(breaker.is_on_trial for breaker in breakers)
        shift = Shift(self, database, Scale(1, 1, 1) if on_trial else self.scale)
        await _in_order(shift)
        return on_trial and not any(breaker.is_away or breaker.is_on_trial for breaker in breakers)


class Shift:
    """One run of a sender, under one claim."""

    def __init__(self, sender: Sender, database: Database, scale: Scale) -> None:
        self._sender = sender
        self._providers = sender.providers
        self._database = database
        self._scale = scale
        self._batches = 0
        self._claim = uuid4()
        self._stock: asyncio.Queue[Packed | None] = asyncio.Queue(max(scale.batch, scale.connections))
        self._busy: set[int] = set()
        self._open: set[int] = set()
        self._connecting = asyncio.Lock()
        self._ending = False
        self._turns = BatchingQueue(self._take_turns, exclusion_key=lambda turn: turn.line)

    @property
    def is_over(self) -> bool:
        """Whether no other letter is to be begun."""
        return self._ending or self._providers.server.is_away or self._providers.address_book.is_away

    def end(self) -> None:
        """Let every connection finish the letter in hand, and begin no other."""
        self._ending = True

    async def work(self) -> None:
        """Send until nothing is due any more; whatever was claimed and not offered is handed back."""
        claimed = await self._claimed()
        if not claimed:
            return
        try:
            async with asyncio.TaskGroup() as group:
                renewal = group.create_task(self._renew())
                async with asyncio.TaskGroup() as crew:
                    crew.create_task(self._feed(claimed))
                    for number in range(self._scale.connections):
                        crew.create_task(self._serve(number))
                renewal.cancel()
        finally:
            async with self._database.transaction() as tx:
                await sending.hand_back(tx, self._claim)

    async def _feed(self, claimed: Sequence[Claimed]) -> None:
        """Keep the connections in stock; while one of them is busy, look for what has become due meanwhile."""
        while claimed or self._busy or not self._stock.empty():
            if claimed:
                await self._stock_up(claimed)
            else:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            claimed = await self._claimed()
        for _ in range(self._scale.connections):
            await self._stock.put(None)

    async def _claimed(self) -> Sequence[Claimed]:
        if self.is_over or self._batches == self._scale.batches:
            return ()
        self._batches += 1
        async with self._database.transaction() as tx:
            return await sending.claim_due(
                tx,
                self._providers.carrier.channel,
                self._sender.urgency,
                claim=self._claim,
                most=self._scale.batch,
                render=self._sender.renderer.text_of,
            )

    async def _stock_up(self, claimed: Sequence[Claimed]) -> None:
        try:
            contacts = await self._providers.contacts.find({one for letter in claimed for one in _people(letter)})
        except ContactsUnavailableError as error:
            _log.warning("contacts-unavailable", error_type=str(error))
            self._providers.address_book.unreachable()
            return
        self._providers.address_book.answered()
        for letter in claimed:
            await self._stock.put(self._packed(letter, contacts))

    def _packed(self, letter: Claimed, contacts: Mapping[UUID, Contact]) -> Packed:
        delivery, text = letter.delivery, letter.text
        if letter.scene.has_siblings and (child := contacts.get(delivery.student_id)):
            named = delivery.wording(replace(letter.scene, child=child.first_name))
            text = self._sender.renderer.text_of(named) or text
        message = Outgoing(delivery.delivery_id, delivery.recipient.kind, text)
        return Packed(message, contacts.get(delivery.recipient.id))

    async def _serve(self, number: int) -> None:
        """Hand over one letter after the other; each is settled in the turn of the next, or at once if none is there."""
        settled: Settled | None = None
        async with self._providers.carrier.open() as line:
            while True:
                if self._stock.empty():
                    await self._settle(number, settled)
                    settled = None
                if not settled:
                    self._busy.discard(number)
                packed = await self._stock.get()
                if packed is None:
                    return await self._settle(number, settled)
                self._busy.add(number)
                if await self._reaches(number, line):
                    settled = await self._send(number, line, packed, settled)
                    continue
                await self._settle(number, settled)
                settled = None
                if self._open and not self.is_over:
                    self._busy.discard(number)
                    return await self._stock.put(packed)

    async def _send(self, number: int, line: Line, packed: Packed, settled: Settled | None) -> Settled | None:
        message = packed.message
        if not await self._turns(Turn(number, settled, message.delivery_id)):
            return None
        contact = packed.contact
        outcome: Outcome = "no-contact" if contact is None else await line.hand_over(message, contact)
        _LETTERS.labels(self._providers.carrier.channel.name, outcome).inc()
        if outcome in _UNANSWERED:
            self._providers.server.failed_at(message.delivery_id)
        elif outcome in _ANSWERED:
            self._providers.server.answered()
        return Settled(message.delivery_id, outcome)

    async def _reaches(self, number: int, line: Line) -> bool:
        """Connect, one after the other: a server that keeps some connections and turns away the next one is well."""
        if line.is_open and not self.is_over:
            return True
        async with self._connecting:
            self._open.discard(number)
            if self.is_over:
                return False
            if await line.connect():
                self._open.add(number)
                return True
        if not self._open:
            self._providers.server.unreachable()
        return False

    async def _settle(self, number: int, settled: Settled | None) -> None:
        if settled:
            await self._turns(Turn(number, settled, None))

    async def _take_turns(self, turns: Sequence[Turn]) -> Sequence[bool]:
        async def take() -> Sequence[bool]:
            async with self._database.transaction() as tx:
                return await sending.take_turns(tx, self._claim, turns)

        return await _patiently(take)

    async def _renew(self) -> None:
        async def renew() -> None:
            async with self._database.transaction() as tx:
                await sending.renew(tx, self._claim)

        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            await _patiently(renew)


def _people(letter: Claimed) -> Iterator[UUID]:
    """Name whose names and addresses the letter needs: the recipient's, and the child's among several."""
    yield letter.delivery.recipient.id
    if letter.scene.has_siblings:
        yield letter.delivery.student_id


async def _in_order(shift: Shift) -> None:
    """Run a shift; told to end, it finishes the letters in hand, so that a restart leaves none in doubt."""
    work = asyncio.create_task(shift.work())
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        shift.end()
        with suppress(TimeoutError):
            await asyncio.wait_for(work, GRACE_SECONDS)
        raise


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Repeat what failed for a passing reason while the lease may last: a letter taken and not settled is in doubt."""
    deadline = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_transient(error) or time.monotonic() > deadline:
                raise
            await asyncio.sleep(_RETRY_SECONDS)
