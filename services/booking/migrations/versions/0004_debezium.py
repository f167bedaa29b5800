"""Debezium can carry the outbox: what it needs has columns of its own."""

from alembic import op

from bilet_kit.storage.migrations import change_kit_tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_kit_tables(op, 4)
