"""Replicas beside each other: what one tells, no other tells again."""

import asyncio
from uuid import UUID, uuid4

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_kit.clock import real_now
from bilet_notifications.domain.notices import Notice, Template
from bilet_notifications.jobs import release_notices
from bilet_notifications.use_cases.announcing import announce
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk


async def test_a_fact_that_slips_past_the_inbox_is_still_told_once(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother))
    variables = {"stage": "1"}
    notice = Notice(
        fact_id=uuid4(),
        template=Template.FEEDBACK_READY,
        student_id=pupil,
        region_code=facts.REGION,
        occurred_at=real_now(),
        variables=variables,
    )

    async def tell() -> None:
        async with desk.service.database.transaction() as tx:
            await announce(tx, notice)

    await asyncio.gather(*(tell() for _ in range(6)))

    assert len(await desk.deliveries("inbox")) == 1


async def test_replicas_share_the_waiting_notices(desk: Desk, mother: UUID) -> None:
    pupils = [uuid4() for _ in range(20)]
    await desk.hear(*(facts.booking(BookingRequestedV1, pupil) for pupil in pupils))
    await desk.hear(*(facts.student(StudentActivatedV1, pupil, mother) for pupil in pupils))

    await asyncio.gather(*(release_notices(desk.service.database) for _ in range(4)))

    assert len(await desk.deliveries("inbox")) == len(pupils)
    assert await desk.rows("SELECT 1 FROM waiting_notices") == []


async def test_opposite_orders_of_the_same_people_do_not_lock_each_other_out(
    desk: Desk, mother: UUID, mentor: UUID
) -> None:
    pupils = [uuid4() for _ in range(10)]
    await desk.hear(*(facts.student(StudentActivatedV1, pupil, mother) for pupil in pupils))

    async def approve(order: list[UUID]) -> None:
        await desk.hear(*(facts.booking(BookingApprovedV1, pupil, mentor_staff_id=mentor) for pupil in order))

    await asyncio.gather(approve(pupils), approve(pupils[::-1]))

    assert len(await desk.deliveries("inbox")) == 2 * 3 * len(pupils)
