"""Rights of the staff come from the projection that identity's events feed, never from the token."""

from uuid import UUID, uuid4

import orjson
import pytest

from bilet_kit.access import Asker, Scope
from bilet_kit.storage.database import Database
from bilet_kit.web.askers import asker_of
from bilet_kit.web.auth import Principal

MENTOR, SOMEBODY = uuid4(), uuid4()
OWN = {"role": "mentor", "region_code": "47", "staff_code": "47-M01", "added_later": "passed over"}


@pytest.fixture
async def staffed(database: Database) -> Database:
    """Add a table of staff to the echo service, which keeps none."""
    await database.pool.execute("CREATE TABLE staff (staff_id uuid PRIMARY KEY, scopes jsonb, sequence bigint)")
    await told(database, MENTOR, OWN, {"role": "site-coordinator", "region_code": "47", "site_code": "47-S01"})
    return database


async def told(database: Database, staff_id: UUID, *scopes: dict[str, str]) -> None:
    await database.pool.execute(
        "INSERT INTO staff VALUES ($1, $2::jsonb, 1) ON CONFLICT (staff_id) DO UPDATE SET scopes = excluded.scopes",
        staff_id,
        orjson.dumps(scopes).decode(),
    )


async def asker(database: Database, subject: UUID, role: str) -> Asker:
    async with database.transaction() as tx:
        return await asker_of(tx, Principal(subject, role, uuid4()))


async def test_an_asker_has_the_scopes_of_the_acting_role_alone(staffed: Database) -> None:
    found = await asker(staffed, MENTOR, "mentor")
    assert found == Asker("mentor", MENTOR, (Scope(role="mentor", region_code="47", staff_code="47-M01"),))


@pytest.mark.parametrize("role", ["student", "guardian"])
async def test_a_family_has_no_scopes_whatever_the_projection_says(staffed: Database, role: str) -> None:
    assert await asker(staffed, MENTOR, role) == Asker(role, MENTOR)


@pytest.mark.parametrize(
    ("subject", "role"), [(SOMEBODY, "mentor"), (MENTOR, "regional-operator"), (MENTOR, "astronomer")]
)
async def test_who_is_unknown_or_lacks_the_role_has_no_scope(staffed: Database, subject: UUID, role: str) -> None:
    assert (await asker(staffed, subject, role)).scopes == ()


async def test_a_scope_taken_away_is_gone_at_once(staffed: Database) -> None:
    await told(staffed, MENTOR)
    assert (await asker(staffed, MENTOR, "mentor")).scopes == ()
