"""The scenes of messages: joined to a page of an inbox, or looked up for a sender's claim."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from bilet_kit.storage.database import Row, Transaction
from bilet_kit.storage.statements import Statement
from bilet_notifications.domain.people import GUARDIAN
from bilet_notifications.domain.scenes import Scene
from bilet_notifications.storage.tables import competencies, deliveries, sites, students

_OTHERS = students.alias("others")
_HAS_SIBLINGS = and_(
    deliveries.c.recipient_kind == GUARDIAN,
    select(literal(1))
    .where(
        _OTHERS.c.guardian_ids.contains(array([deliveries.c.recipient_id])),
        _OTHERS.c.student_id != deliveries.c.student_id,
        _OTHERS.c.decides_alone.is_(False),
    )
    .exists(),
)
_JOINED = (
    deliveries.outerjoin(students, students.c.student_id == deliveries.c.student_id)
    .outerjoin(
        competencies,
        and_(
            competencies.c.region_code == deliveries.c.region_code,
            competencies.c.competency == deliveries.c.variables["competency"].astext,
        ),
    )
    .outerjoin(
        sites,
        and_(
            sites.c.region_code == deliveries.c.region_code,
            sites.c.site_code == deliveries.c.variables["site_code"].astext,
        ),
    )
)


def with_scenes(query: Select[Any]) -> Select[Any]:
    """Add what a scene is made of to a query of deliveries."""
    return query.select_from(_JOINED).add_columns(
        competencies.c.title.label("profession"),
        sites.c.name.label("site"),
        func.concat_ws(", ", sites.c.municipality, sites.c.address).label("address"),
        students.c.grade,
        _HAS_SIBLINGS.label("has_siblings"),
    )


def to_scene(row: Row) -> Scene:
    """Read the columns that `with_scenes` added."""
    return Scene(
        profession=row["profession"],
        site=row["site"],
        address=row["address"],
        grade=row["grade"],
        has_siblings=row["has_siblings"],
    )


_FIND = Statement(
    with_scenes(
        select(deliveries.c.delivery_id).where(deliveries.c.delivery_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    )
)


async def find(tx: Transaction, delivery_ids: Iterable[UUID]) -> Mapping[UUID, Scene]:
    """Look up what is known by now for these messages, by their ids."""
    rows = await tx.rows(_FIND, ids=list(delivery_ids))
    return {row["delivery_id"]: to_scene(row) for row in rows}
