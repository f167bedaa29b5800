"""The desk answers everybody who waits, whatever becomes of its statements."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bilet_booking.domain.quota import Quota
from bilet_booking.publications import PUBLICATIONS
from bilet_booking.storage.claim import Candidate, Claim, Decided, Outcome
from bilet_booking.use_cases import claiming
from bilet_booking.use_cases.claiming import ClaimDesk, Unbooked
from bilet_kit.observability.logs import ALLOWED
from bilet_kit.storage.batching import LARGEST
from bilet_kit.storage.database import Database
from tests.unit.booking.makers import NOW, appointment, standing

BOOKED = Outcome(is_booked=True, is_full=False)
FULL = Outcome(is_booked=False, is_full=True)
REFUSED = Outcome(is_booked=False, is_full=False)


@dataclass
class Store:
    """Stands for the two statements and the database: remembers the pupils of each batch, answers as it is told."""

    pool: None = None
    woken: int = 0
    outcome: Outcome = BOOKED
    facts: dict[str, object] = field(default_factory=dict)
    read_fails: Exception | None = None
    write_fails: Exception | None = None
    batches: list[list[UUID]] = field(default_factory=list)
    written: list[Decided] = field(default_factory=list)

    def wake_relay(self) -> None:
        self.woken += 1

    async def read(self, _: object, claims: Sequence[Claim]) -> list[Candidate]:
        self.batches.append([claim.student_id for claim in claims])
        await asyncio.sleep(0)
        if self.read_fails:
            raise self.read_fails
        return [self._candidate(claim) for claim in claims]

    async def write(self, _: object, decided: Sequence[Decided]) -> list[Outcome]:
        if self.write_fails:
            raise self.write_fails
        self.written += decided
        return [self.outcome] * len(decided)

    def _candidate(self, claim: Claim) -> Candidate:
        candidate = Candidate(
            claim=claim,
            now=NOW,
            standing=standing(student_id=claim.student_id),
            student_sequence=1,
            appointment=appointment(slot_id=claim.slot_id),
            quota=Quota(),
            is_overdue=False,
            is_full=False,
        )
        return candidate._replace(**self.facts)  # type: ignore[arg-type]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    monkeypatch.setattr(claiming, "read", store.read)
    monkeypatch.setattr(claiming, "write", store.write)
    return store


@pytest.fixture
def desk(store: Store) -> ClaimDesk:
    return ClaimDesk(cast("Database", store), PUBLICATIONS.translate, lambda booking: str(booking.student_id).encode())


def _claim(slot: UUID, student: UUID | None = None) -> Claim:
    return Claim(student or uuid4(), slot, "the-key", b"hash", {"traceparent": "of the request"})


def _failures(kind: str, error: Exception) -> float:
    labels = {"kind": kind, "error_type": type(error).__name__}
    return REGISTRY.get_sample_value("bilet_booking_claim_failures_total", labels) or 0.0


async def test_everybody_who_waits_gets_the_own_answer(desk: ClaimDesk, store: Store) -> None:
    slot = uuid4()
    claims = [_claim(slot) for _ in range(3 * LARGEST)]

    answers = await asyncio.gather(*(desk.claim(claim) for claim in claims))

    assert answers == [str(claim.student_id).encode() for claim in claims]
    assert [len(students) for students in store.batches] == [LARGEST] * 3
    assert store.woken == 3


async def test_one_pupil_is_once_in_a_batch(desk: ClaimDesk, store: Store) -> None:
    slot, pupil = uuid4(), uuid4()

    await asyncio.gather(*(desk.claim(_claim(slot, pupil)) for _ in range(3)), desk.claim(_claim(slot)))

    assert all(len(students) == len(set(students)) for students in store.batches)
    assert [students.count(pupil) for students in store.batches] == [1, 1, 1]


async def test_a_full_slot_is_told_without_asking_a_rule_or_writing(desk: ClaimDesk, store: Store) -> None:
    store.facts = {"is_full": True, "standing": None, "appointment": None}

    assert await desk.claim(_claim(uuid4())) is Unbooked.FULL
    assert (store.written, store.woken) == ([], 0)


@pytest.mark.parametrize(
    "facts",
    [
        {"standing": standing(status="suspended")},
        {"standing": standing(unlocked_years=frozenset())},
        {"appointment": appointment(grade_from=10, grade_to=11)},
        {"quota": Quota(booked=2)},
        {"standing": None},
        {"appointment": None},
    ],
)
async def test_what_the_domain_refuses_is_not_written(desk: ClaimDesk, store: Store, facts: dict[str, object]) -> None:
    store.facts = facts

    assert await desk.claim(_claim(uuid4())) is Unbooked.UNSURE
    assert store.written == []


@pytest.mark.parametrize(
    ("outcome", "is_overdue", "answer"),
    [(FULL, False, Unbooked.FULL), (FULL, True, Unbooked.UNSURE), (REFUSED, False, Unbooked.UNSURE)],
)
async def test_what_the_guard_refuses_is_full_only_where_no_seat_can_come_free(
    desk: ClaimDesk, store: Store, outcome: Outcome, answer: Unbooked, *, is_overdue: bool
) -> None:
    store.outcome, store.facts = outcome, {"is_overdue": is_overdue}

    assert await desk.claim(_claim(uuid4())) is answer
    assert store.woken == 0


async def test_an_event_carries_the_trace_of_the_request_that_caused_it(desk: ClaimDesk, store: Store) -> None:
    claim = _claim(uuid4())

    await desk.claim(claim)

    assert [event.trace for event in store.written[0].events] == [claim.trace]


async def test_a_write_that_fails_for_one_sends_all_to_the_slow_path(desk: ClaimDesk, store: Store) -> None:
    store.write_fails = asyncpg.ExclusionViolationError("clash")
    slot = uuid4()

    answers = await asyncio.gather(*(desk.claim(_claim(slot)) for _ in range(3)))

    assert answers == [Unbooked.UNSURE] * 3


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError("dead"), ConnectionResetError(), TimeoutError()])
async def test_a_database_that_is_away_sends_all_to_the_slow_path_and_is_counted(
    desk: ClaimDesk, store: Store, error: Exception
) -> None:
    store.read_fails = error
    before = _failures("transient", error)

    assert await desk.claim(_claim(uuid4())) is Unbooked.UNSURE

    assert _failures("transient", error) == before + 1


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UndefinedColumnError("the statement is wrong"),
        asyncpg.DataError("an argument is wrong"),
        asyncpg.InterfaceError("the call is wrong"),
        asyncpg.QueryCanceledError("it takes too long"),
    ],
)
async def test_a_wrong_statement_is_not_hidden_behind_the_slow_path(
    desk: ClaimDesk, store: Store, error: Exception
) -> None:
    store.write_fails = error
    before = _failures("unexpected", error)

    with pytest.raises(type(error)), capture_logs() as lines:
        await desk.claim(_claim(uuid4()))

    assert _failures("unexpected", error) == before + 1
    (line,) = lines
    assert (line["kind"], line["error_type"], line["count"]) == ("unexpected", type(error).__name__, 1)
    assert set(line) - {"log_level"} <= ALLOWED


async def test_nobody_waits_for_ever_behind_a_bug_and_the_queue_goes_on(desk: ClaimDesk, store: Store) -> None:
    store.read_fails = ZeroDivisionError()
    slot = uuid4()

    with pytest.raises(ZeroDivisionError):
        await desk.claim(_claim(slot))
    store.read_fails = None
    assert isinstance(await desk.claim(_claim(slot)), bytes)


async def test_who_went_away_keeps_nobody_waiting(desk: ClaimDesk) -> None:
    slot = uuid4()
    gone = asyncio.create_task(desk.claim(_claim(slot)))
    waiting = asyncio.create_task(desk.claim(_claim(slot)))
    await asyncio.sleep(0)

    gone.cancel()

    assert isinstance(await waiting, bytes)
