"""What lies in a topic and names another producer than its owner acts on nothing and holds nothing up."""

from uuid import uuid4

import asyncpg
import pytest

from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.inbox import RejectedError
from tests.integration.kit.test_parking import answered, parked
from tests.support.echo_service.calls import called
from tests.support.echo_service.contracts import CALLS
from tests.support.records import HandMade


def foreign(record: HandMade) -> dict[str, HandMade]:
    return {
        "ce_source": record.with_header("ce_source", b"/bilet/stranger"),
        "ce_type": record.with_header("ce_type", b"stranger.called.v1"),
    }


@pytest.mark.parametrize("header", ["ce_source", "ce_type"])
async def test_a_foreign_record_is_parked_whoever_hears_its_type(
    processor: BatchProcessor, look: asyncpg.Connection, header: str
) -> None:
    caller = uuid4()
    await processor.process([foreign(called(caller, 1))[header]])

    assert await answered(look, caller) == []
    assert await parked(look) == [(f"foreign:{caller}", header, "foreign")]


async def test_the_owner_s_records_do_not_wait_behind_a_foreign_one(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller = uuid4()
    forged = foreign(called(caller, 1))["ce_source"]
    await processor.process([forged, called(caller, 2)])
    await processor.process([called(caller, 3)])

    assert await answered(look, caller) == [2, 3]
    assert len(await parked(look)) == 1


async def test_a_forged_record_does_not_use_up_the_id_of_a_true_one(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    true = called(caller := uuid4(), 1)
    await processor.process([true.repeated().with_header("ce_source", b"/bilet/stranger")])
    await processor.process([true])

    assert await answered(look, caller) == [1]


async def test_a_foreign_record_stays_parked_when_it_is_replayed(
    processor: BatchProcessor, look: asyncpg.Connection
) -> None:
    caller = uuid4()
    await processor.process([foreign(called(caller, 1))["ce_source"]])

    with pytest.raises(RejectedError):
        await processor.replay(CALLS, f"foreign:{caller}")

    assert await answered(look, caller) == []
    assert len(await parked(look)) == 1
