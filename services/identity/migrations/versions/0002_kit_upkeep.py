"""The kit keeps identity's keys, and finds what is old by index."""

from pathlib import Path

from alembic import op

from bilet_kit.storage.migrations import change_kit_tables, execute_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_kit_tables(op, 2)
    execute_script(op, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
