"""The desk answers everybody who waits, whatever becomes of a statement."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bilet_booking.storage.desk import Claim, ClaimDesk, Unbooked
from bilet_kit.observability.logs import ALLOWED
from bilet_kit.storage.batching import LARGEST
from bilet_kit.storage.database import Database


@dataclass
class Pool:
    """Stands for the pool: remembers the pupils of each statement, and answers as it is told."""

    rows: Any = None
    statements: list[list[UUID]] = field(default_factory=list)

    async def fetch(self, _: str, students: list[UUID], *__: object) -> list[tuple[bytes | None, bool]]:
        self.statements.append(students)
        await asyncio.sleep(0)
        if isinstance(self.rows, Exception):
            raise self.rows
        return self.rows or [(str(student).encode(), False) for student in students]


@dataclass
class Base:
    """Stands for the database."""

    pool: Pool
    woken: int = 0

    def wake_relay(self) -> None:
        self.woken += 1


def _claim(slot: UUID, student: UUID | None = None) -> Claim:
    return Claim(student or uuid4(), slot, "the-key", b"hash", json.dumps({}))


def _failures(kind: str, error: Exception) -> float:
    labels = {"kind": kind, "error_type": type(error).__name__}
    return REGISTRY.get_sample_value("bilet_booking_claim_failures_total", labels) or 0.0


def _desk(rows: object = None) -> tuple[ClaimDesk, Base]:
    base = Base(Pool(rows))
    return ClaimDesk(cast("Database", base)), base


async def test_everybody_who_waits_gets_the_own_answer() -> None:
    desk, base = _desk()
    slot = uuid4()
    claims = [_claim(slot) for _ in range(3 * LARGEST)]

    answers = await asyncio.gather(*(desk.claim(claim) for claim in claims))

    assert answers == [str(claim.student_id).encode() for claim in claims]
    assert [len(students) for students in base.pool.statements] == [LARGEST] * 3
    assert base.woken == 3


async def test_one_pupil_is_once_in_a_statement() -> None:
    desk, base = _desk()
    slot, pupil = uuid4(), uuid4()

    await asyncio.gather(*(desk.claim(_claim(slot, pupil)) for _ in range(3)), desk.claim(_claim(slot)))

    assert all(len(students) == len(set(students)) for students in base.pool.statements)
    assert [students.count(pupil) for students in base.pool.statements] == [1, 1, 1]


async def test_a_full_slot_and_a_doubtful_claim_are_told_apart() -> None:
    full, _ = _desk([(None, True)])
    doubtful, base = _desk([(None, False)])

    assert await full.claim(_claim(uuid4())) is Unbooked.FULL
    assert await doubtful.claim(_claim(uuid4())) is Unbooked.UNSURE
    assert base.woken == 0


async def test_a_statement_that_fails_for_one_sends_all_the_long_way() -> None:
    desk, _ = _desk(asyncpg.ExclusionViolationError("clash"))
    slot = uuid4()

    answers = await asyncio.gather(*(desk.claim(_claim(slot)) for _ in range(3)))

    assert answers == [Unbooked.UNSURE] * 3


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError("dead"), ConnectionResetError(), TimeoutError()])
async def test_a_database_that_is_away_sends_all_the_long_way_and_is_counted(error: Exception) -> None:
    desk, _ = _desk(error)
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
async def test_a_wrong_statement_is_not_hidden_behind_the_long_way(error: Exception) -> None:
    desk, _ = _desk(error)
    before = _failures("unexpected", error)

    with pytest.raises(type(error)), capture_logs() as lines:
        await desk.claim(_claim(uuid4()))

    assert _failures("unexpected", error) == before + 1
    (line,) = lines
    assert (line["kind"], line["error_type"], line["count"]) == ("unexpected", type(error).__name__, 1)
    assert set(line) - {"log_level"} <= ALLOWED


async def test_nobody_waits_for_ever_behind_a_bug_and_the_queue_goes_on() -> None:
    desk, base = _desk(ZeroDivisionError())
    slot = uuid4()

    with pytest.raises(ZeroDivisionError):
        await desk.claim(_claim(slot))
    base.pool.rows = None
    assert isinstance(await desk.claim(_claim(slot)), bytes)


async def test_who_went_away_keeps_nobody_waiting() -> None:
    desk, _ = _desk()
    slot = uuid4()
    gone = asyncio.create_task(desk.claim(_claim(slot)))
    waiting = asyncio.create_task(desk.claim(_claim(slot)))
    await asyncio.sleep(0)

    gone.cancel()

    assert isinstance(await waiting, bytes)
