"""Two real replicas of booking behind the gateway: what happens to one is not seen by those who ask."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.benchmarks import replicas
from tests.benchmarks.replicas import Outcome, Pair, Trouble
from tests.benchmarks.servers import Servers, servers

pytestmark = pytest.mark.system
RATE, COUNT = 60, 1_200
A_FROZEN_ONE_WITHIN = 3.0


@dataclass(frozen=True, slots=True)
class Behind:
    """The replicas and what they run on."""

    started: Servers
    pair: Pair

    async def outlive(self, trouble: Trouble) -> Outcome:
        return await replicas.outlive(self.started, self.pair, trouble, rate=RATE, count=COUNT)


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    async with servers(with_kafka=False) as started, replicas.two_replicas(started, COUNT) as pair:
        yield Behind(started, pair)


async def test_a_dead_replica_fails_no_request(behind: Behind) -> None:
    assert (await behind.outlive(replicas.death)).failed == 0


async def test_a_frozen_replica_holds_nobody_for_long(behind: Behind) -> None:
    outcome = await behind.outlive(replicas.standstill)

    assert outcome.failed == 0
    assert outcome.slowest <= A_FROZEN_ONE_WITHIN


async def test_replicas_restarted_in_turn_fail_no_request(behind: Behind) -> None:
    assert (await behind.outlive(replicas.restarts)).failed == 0
