"""When a pupil was asked to look at the answers again, and from which offer of the region recommendations were made.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("recommendations", sa.Column("offer", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.create_index("recommendations_season_code_offer", "recommendations", ["season_code", "offer"])
