from alembic import op
from tests.support.echo_service.tables import metadata

from bilet_kit.storage.migrations import change_kit_tables, create_kit_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kit_tables(op)
    change_kit_tables(op, 2)
    change_kit_tables(op, 3)
    change_kit_tables(op, 4)
    metadata.create_all(op.get_bind())
