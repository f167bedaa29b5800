"""The kit keeps identity's keys, and finds what is old by index."""

from alembic import op

from bilet_kit.storage.migrations import change_kit_tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_kit_tables(op, 2)
