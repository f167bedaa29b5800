"""The first tables: projections, waiting notices, deliveries, preferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bilet_kit.storage.migrations import create_kit_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    create_kit_tables(op)
    create_projections()
    create_waiting_notices()
    create_deliveries()
    op.create_table(
        "preferences",
        sa.Column("recipient_kind", sa.Text, primary_key=True),
        sa.Column("recipient_id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Boolean, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )


def create_projections() -> None:
    op.create_table(
        "students",
        sa.Column("student_id", sa.Uuid, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("region_code", sa.Text, nullable=False),
        sa.Column("decides_alone", sa.Boolean, nullable=False),
        sa.Column("guardian_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("purposes", ARRAY(sa.Text), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "email_consents",
        sa.Column("student_id", sa.Uuid, primary_key=True),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid, primary_key=True),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )


def create_waiting_notices() -> None:
    op.create_table(
        "waiting_notices",
        sa.Column("fact_id", sa.Uuid, primary_key=True),
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("region_code", sa.Text, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("mentor_id", sa.Uuid),
        sa.Column("variables", JSONB, nullable=False),
        sa.Column("waiting_since", MOMENT, nullable=False, server_default=NOW),
        sa.Column("next_look_at", MOMENT, nullable=False, server_default=NOW),
    )
    op.create_index("waiting_notices_student", "waiting_notices", ["student_id"])
    op.create_index("waiting_notices_next_look", "waiting_notices", ["next_look_at"])


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("fact_id", sa.Uuid, nullable=False),
        sa.Column("recipient_kind", sa.Text, nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("region_code", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("template_version", sa.SmallInteger, nullable=False),
        sa.Column("variables", JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("maybe_repeated", sa.Boolean, nullable=False),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("failure", sa.Text),
        sa.Column("read_at", MOMENT),
        sa.UniqueConstraint("fact_id", "recipient_id", "channel"),
    )
    op.create_index(
        "deliveries_due",
        "deliveries",
        [sa.text("next_attempt_at NULLS FIRST")],
        postgresql_where=sa.text("channel = 'email' AND status IN ('waiting', 'claimed', 'sending')"),
    )
    inbox = sa.text("channel = 'inbox'")
    op.create_index("deliveries_inbox", "deliveries", ["recipient_id", "delivery_id"], postgresql_where=inbox)
    unread = sa.text("channel = 'inbox' AND read_at IS NULL")
    op.create_index("deliveries_unread", "deliveries", ["recipient_id"], postgresql_where=unread)
