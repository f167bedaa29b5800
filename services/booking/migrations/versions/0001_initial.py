"""The first season: the kit's tables, then booking's own from the script beside this file."""

from pathlib import Path

from alembic import op

from bilet_kit.storage.migrations import create_kit_tables, execute_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables(op)
    execute_script(op, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward: expand, then contract")
