"""The projection of identity's staff that every service with rights of its own keeps."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bilet_kit.access import Scope
from bilet_kit.storage.database import Transaction

_FIND = "SELECT scopes FROM staff WHERE staff_id = $1"


def staff_table(metadata: MetaData) -> Table:
    """Declare the projection `staff`: every member of the staff with all scopes, as identity said them last."""
    return Table(
        "staff",
        metadata,
        Column("staff_id", Uuid, primary_key=True),
        Column("scopes", JSONB, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Index("staff_scopes", "scopes", postgresql_using="gin", postgresql_ops={"scopes": "jsonb_path_ops"}),
    )


async def scopes_of(tx: Transaction, staff_id: UUID, role: str) -> Sequence[Scope]:
    """Find the scopes of a member of the staff in one role; empty while identity has said nothing of them."""
    rows = await tx.fetch(_FIND, staff_id)
    told = rows[0]["scopes"] if rows else []
    return [Scope.from_json(one) for one in told if one["role"] == role]
