"""The directory of schools."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from bilet_identity.storage.tables import schools
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school; its code is unique within the region."""

    region_code: str
    school_code: str
    name: str
    municipality: str


async def put(tx: Transaction, given: Sequence[School]) -> None:
    """Insert or update schools, in one statement."""
    if not given:
        return
    rows = [
        {"region_code": s.region_code, "school_code": s.school_code, "name": s.name, "municipality": s.municipality}
        for s in given
    ]
    statement = upsert(schools).values(rows)
    changed = {"name": statement.excluded.name, "municipality": statement.excluded.municipality}
    known = ["region_code", "school_code"]
    await tx.run(statement.on_conflict_do_update(index_elements=known, set_=changed))


async def region_of_school(tx: Transaction, region_code: str | None, school_code: str) -> str | None:
    """Find a school's region: the one named, if it has the school; unnamed, the only one that has."""
    statement = select(schools.c.region_code).where(schools.c.school_code == school_code).limit(2)
    if region_code is not None:
        statement = statement.where(schools.c.region_code == region_code)
    found = await tx.column(statement)
    return found[0] if len(found) == 1 else None


async def page(tx: Transaction, region_code: str | None, *, after: tuple[str, str] | None, limit: int) -> list[School]:
    """List schools after a (region, code), in that order."""
    key = tuple_(schools.c.region_code, schools.c.school_code)
    where = []
    if region_code is not None:
        where.append(schools.c.region_code == region_code)
    if after is not None:
        where.append(key > tuple_(*after))
    statement = select(schools).where(and_(True, *where)).order_by(schools.c.region_code, schools.c.school_code)  # noqa: FBT003
    rows = await tx.rows(statement.limit(limit))
    return [
        School(region_code=row.region_code, school_code=row.school_code, name=row.name, municipality=row.municipality)
        for row in rows
    ]
