"""The kit keeps how far each partition was consumed."""

from alembic import op

from bilet_kit.storage.migrations import change_kit_tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_kit_tables(op, 3)
