from alembic import op

from bilet_kit.migrations import create_kit_tables
from tests.benchmarks.ledger.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kit_tables(op)
    metadata.create_all(op.get_bind())
