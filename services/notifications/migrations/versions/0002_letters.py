"""Letters expire by themselves, are claimed by class, and are written with what the catalogue says."""

from pathlib import Path

from alembic import op

from bilet_kit.storage.migrations import execute_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_script(op, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
