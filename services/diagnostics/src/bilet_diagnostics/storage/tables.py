"""Every table of diagnostics. Times are UTC; nothing in them names a person."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bilet_kit.storage.staff import staff_table

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "pk": "%(table_name)s_pkey",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _at(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _small(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False)


# Answers lie in the attempt's own row, by the item's position: saving one and submitting all lock the same row, so no
# answer can slip in unscored; and without an index over them the update stays within its page (HOT).
attempts = Table(
    "attempts",
    metadata,
    Column("attempt_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    _text("region_code"),
    _text("season_code"),
    _small("stage"),
    _small("number"),
    _small("grade"),
    Column("instruments", ARRAY(Text), nullable=False),
    _text("status"),
    _at("started_at"),
    Column("submitted_at", DateTime(timezone=True)),
    Column("chosen", ARRAY(SmallInteger), nullable=False),
    Column("answered_ms", ARRAY(BigInteger), nullable=False),
    Column("sequences", ARRAY(BigInteger), nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("asked_at", DateTime(timezone=True)),
    Index("attempts_taken_once", "student_id", "season_code", "stage", "number", unique=True),
    Index(
        "attempts_one_open",
        "student_id",
        "season_code",
        "stage",
        unique=True,
        postgresql_where=text("status <> 'submitted'"),
    ),
    CheckConstraint("status IN ('started', 'stopped', 'submitted')", name="status_known"),
    CheckConstraint("(status = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_its_time"),
    CheckConstraint("stage BETWEEN 1 AND 3", name="stage_known"),
    postgresql_with={"fillfactor": "50"},
)
# A rescoring adds a row, so that both results are kept.
profiles = Table(
    "profiles",
    metadata,
    Column("attempt_id", Uuid, primary_key=True),
    Column("scoring", SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("scores", JSONB, nullable=False),
    Column("signs", ARRAY(Text), nullable=False),
    _at("scored_at"),
)
recommendations = Table(
    "recommendations",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("season_code", Text, primary_key=True),
    Column("items", JSONB, nullable=False),
    Column("offer", BigInteger, nullable=False, server_default=text("0")),
    _at("made_at"),
    Index(None, "season_code", "offer"),
)
students = Table(
    "students",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("status"),
    _small("grade"),
    _text("school_code"),
    Column("decides_alone", Boolean, nullable=False),
    Column("guardian_ids", ARRAY(Uuid), nullable=False),
    Column("purposes", ARRAY(Text), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "region_code", "school_code", "student_id"),
    postgresql_with={"fillfactor": "80"},
)
seasons = Table(
    "seasons",
    metadata,
    Column("season_id", Uuid, primary_key=True),
    _text("season_code"),
    _text("region_code"),
    _at("diagnostics_from"),
    _at("closes"),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "season_code"),
    Index(None, "region_code"),
)
competencies = Table(
    "competencies",
    metadata,
    Column("competency_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("competency"),
    _text("title"),
    _text("field"),
    _text("riasec"),
    _small("grade_from"),
    _small("grade_to"),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "region_code"),
)
staff = staff_table(metadata)
try_outs = Table(
    "try_outs",
    metadata,
    Column("try_out_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("try_out_code"),
    _text("mentor_code"),
    _text("title"),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "region_code", "try_out_code"),
)
slots = Table(
    "slots",
    metadata,
    Column("slot_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("try_out_code"),
    Column("sequence", BigInteger, nullable=False),
)
# What becomes of a booking lies in three tables, for a row is always one event's whole state: an attendance must not
# take away until when the approval lets the mentor look, nor a recommendation the attendance.
approvals = Table(
    "approvals",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    _text("region_code"),
    Column("slot_id", Uuid, nullable=False),
    Column("visible_until", DateTime(timezone=True)),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "student_id"),
)
attendances = Table(
    "attendances",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    _text("region_code"),
    Column("slot_id", Uuid, nullable=False),
    _text("site_code"),
    _text("competency"),
    _text("format"),
    _at("starts_at"),
    _text("timezone"),
    Column("mentor_id", Uuid),
    _text("attendance"),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "student_id"),
)
mentor_recommendations = Table(
    "mentor_recommendations",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("recommendation_id", Uuid, nullable=False),
    Column("student_id", Uuid, nullable=False),
    Column("issued_by_id", Uuid, nullable=False),
    _at("issued_at"),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "student_id"),
)
# A pupil's own words: personal data, bounded, never logged, erased with the pupil.
plans = Table(
    "plans",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("goals", ARRAY(Text), nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("revision", Integer, nullable=False),
    _at("changed_at"),
)
