"""Looks at a pupil's results, told by diagnostics, are kept in the audit trail."""

from uuid import uuid4

from bilet_contracts.diagnostics import ResultViewedV1
from tests.integration.identity.conftest import World
from tests.support.records import OCCURRED, HandMade


def viewed(**given: object) -> ResultViewedV1:
    usual: dict[str, object] = {
        "region_code": "63",
        "student_id": uuid4(),
        "viewer_id": uuid4(),
        "role": "mentor",
        "viewed": "results",
    }
    return ResultViewedV1.model_validate(usual | given)


async def trail(world: World) -> list[tuple[object, ...]]:
    async with world.service.database.transaction() as tx:
        rows = await tx.fetch(
            "SELECT actor, role, action, asked, shown, at FROM audit WHERE action LIKE 'diagnostics-%' ORDER BY audit_id"
        )
    return [tuple(row) for row in rows]


async def test_a_look_is_kept_with_who_what_and_when_it_was(world: World) -> None:
    look = viewed()
    await world.hear(HandMade.of(look, 1))
    assert await trail(world) == [
        (str(look.viewer_id), "mentor", "diagnostics-results", 1, [look.student_id], OCCURRED),
    ]


async def test_a_look_heard_twice_is_kept_once(world: World) -> None:
    record = HandMade.of(viewed(role="guardian", viewed="route-document"), 1)
    await world.hear(record, record.repeated())
    await world.hear(record.repeated())
    assert [action for _, _, action, *_ in await trail(world)] == ["diagnostics-route-document"]


async def test_two_looks_of_the_same_kind_are_two_records(world: World) -> None:
    look = viewed()
    await world.hear(HandMade.of(look, 1), HandMade.of(look, 2))
    assert len(await trail(world)) == 2


async def test_a_look_at_a_pupil_who_is_not_known_here_is_kept_all_the_same(world: World) -> None:
    await world.hear(HandMade.of(viewed(), 7))
    async with world.service.database.transaction() as tx:
        assert (await tx.fetch("SELECT count(*) AS n FROM parked_messages"))[0]["n"] == 0
    assert len(await trail(world)) == 1
