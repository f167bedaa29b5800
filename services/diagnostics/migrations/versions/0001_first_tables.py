"""Attempts, results and projections of diagnostics.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bilet_kit.storage.migrations import create_kit_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables(op)
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("season_code", sa.Text(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("instruments", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("answered_ms", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("sequences", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "(status = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("attempts_submitted_has_its_time")
        ),
        sa.CheckConstraint("status IN ('started', 'stopped', 'submitted')", name=op.f("attempts_status_known")),
        sa.CheckConstraint("stage BETWEEN 1 AND 3", name=op.f("attempts_stage_known")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("attempts_pkey")),
        postgresql_with={"fillfactor": "50"},
    )
    op.create_index(
        "attempts_one_open",
        "attempts",
        ["student_id", "season_code", "stage"],
        unique=True,
        postgresql_where=sa.text("status <> 'submitted'"),
    )
    op.create_index("attempts_taken_once", "attempts", ["student_id", "season_code", "stage", "number"], unique=True)
    op.create_table(
        "competencies",
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("riasec", sa.Text(), nullable=False),
        sa.Column("grade_from", sa.SmallInteger(), nullable=False),
        sa.Column("grade_to", sa.SmallInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("competency_id", name=op.f("competencies_pkey")),
    )
    op.create_index(op.f("competencies_region_code"), "competencies", ["region_code"], unique=False)
    op.create_table(
        "profiles",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("scoring", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "scoring", name=op.f("profiles_pkey")),
    )
    op.create_table(
        "recommendations",
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("season_code", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("student_id", "season_code", name=op.f("recommendations_pkey")),
    )
    op.create_table(
        "seasons",
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("season_code", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("diagnostics_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("season_id", name=op.f("seasons_pkey")),
    )
    op.create_index(op.f("seasons_region_code"), "seasons", ["region_code"], unique=False)
    op.create_index(op.f("seasons_season_code"), "seasons", ["season_code"], unique=False)
    op.create_table(
        "students",
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("school_code", sa.Text(), nullable=False),
        sa.Column("decides_alone", sa.Boolean(), nullable=False),
        sa.Column("guardian_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("student_id", name=op.f("students_pkey")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        op.f("students_region_code_school_code_student_id"),
        "students",
        ["region_code", "school_code", "student_id"],
        unique=False,
    )
    _create_route_tables()
    _create_access_tables()


def _create_route_tables() -> None:
    op.create_table(
        "attendances",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("site_code", sa.Text(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=True),
        sa.Column("attendance", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("attendances_pkey")),
    )
    op.create_index(op.f("attendances_student_id"), "attendances", ["student_id"], unique=False)
    op.create_table(
        "mentor_recommendations",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("mentor_recommendations_pkey")),
    )
    op.create_index(op.f("mentor_recommendations_student_id"), "mentor_recommendations", ["student_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("goals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("student_id", name=op.f("plans_pkey")),
    )


def _create_access_tables() -> None:
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("staff_pkey")),
    )
    op.create_table(
        "try_outs",
        sa.Column("try_out_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("try_out_code", sa.Text(), nullable=False),
        sa.Column("mentor_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("try_out_id", name=op.f("try_outs_pkey")),
    )
    op.create_index(
        op.f("try_outs_region_code_try_out_code"), "try_outs", ["region_code", "try_out_code"], unique=False
    )
    op.create_table(
        "slots",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("try_out_code", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("slots_pkey")),
    )
    op.create_table(
        "approvals",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("visible_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("approvals_pkey")),
    )
    op.create_index(op.f("approvals_student_id"), "approvals", ["student_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("the first revision is the ground floor: drop the database instead")
