"""Notices that wait until their pupil is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bilet_kit.storage.database import Row, Transaction
from bilet_notifications.domain.notices import Notice, Template
from bilet_notifications.storage.tables import students, waiting_notices

NEXT_LOOK_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice, and how long in real time it has been waiting."""

    notice: Notice
    waited: timedelta


async def keep_waiting(tx: Transaction, notice: Notice) -> None:
    """Keep a notice until its pupil is known; one that waits already stays as it is."""
    row = {
        "fact_id": notice.fact_id,
        "student_id": notice.student_id,
        "template": str(notice.template),
        "region_code": notice.region_code,
        "occurred_at": notice.occurred_at,
        "mentor_id": notice.mentor_id,
        "variables": dict(notice.variables),
    }
    await tx.run(insert(waiting_notices).values(row).on_conflict_do_nothing())


async def lock_ripe(tx: Transaction, limit: int) -> list[WaitingNotice]:
    """Load notices whose pupil is known and whose next look is due, locked so that replicas share them."""
    query = (
        select(waiting_notices, (func.clock_timestamp() - waiting_notices.c.waiting_since).label("waited"))
        .join(students, students.c.student_id == waiting_notices.c.student_id)
        .where(waiting_notices.c.next_look_at <= func.statement_timestamp())
        .order_by(waiting_notices.c.next_look_at)
        .limit(limit)
        .with_for_update(of=waiting_notices, skip_locked=True)
    )
    return [WaitingNotice(_to_notice(row), row.waited) for row in await tx.rows(query)]


async def forget(tx: Transaction, fact_ids: Iterable[UUID]) -> None:
    """Drop notices that became deliveries."""
    await tx.run(delete(waiting_notices).where(waiting_notices.c.fact_id.in_(list(fact_ids))))


async def look_later(tx: Transaction, fact_ids: Iterable[UUID]) -> None:
    """Look at these again after a pause."""
    await tx.run(
        update(waiting_notices)
        .where(waiting_notices.c.fact_id.in_(list(fact_ids)))
        .values(next_look_at=func.clock_timestamp() + NEXT_LOOK_AFTER)
    )


def _to_notice(row: Row) -> Notice:
    return Notice(
        fact_id=row.fact_id,
        template=Template(row.template),
        student_id=row.student_id,
        region_code=row.region_code,
        occurred_at=row.occurred_at,
        mentor_id=row.mentor_id,
        variables=row.variables,
    )
