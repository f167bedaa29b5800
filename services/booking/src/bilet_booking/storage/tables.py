"""Every table of booking. Times are UTC; a `during` is half-open."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint

from bilet_kit.storage.staff import staff_table

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# The exclusion of clashes compares uuids by GiST; the extension is trusted: a database's owner may create it.
_extension = DDL("CREATE EXTENSION IF NOT EXISTS btree_gist")  # type: ignore[no-untyped-call]
event.listen(metadata, "before_create", _extension)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _at(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _small(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False)


seasons = Table(
    "seasons",
    metadata,
    Column("season_id", Uuid, primary_key=True),
    _text("region_code"),
    Column("season_code", Text, nullable=False, unique=True),
    _small("year"),
    _text("timezone"),
    _at("registration_from"),
    _at("diagnostics_from"),
    _at("booking_from"),
    _at("try_outs_from"),
    _at("try_outs_until"),
    _at("recommendations_until"),
    _at("closes"),
    _small("max_bookings"),
    _small("max_in_person"),
    UniqueConstraint("region_code", "season_code"),
)
sites = Table(
    "sites",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("site_code"),
    _text("name"),
    _text("municipality"),
    _text("address"),
    _text("timezone"),
    Column("wheelchair_access", Boolean, nullable=False),
    UniqueConstraint("region_code", "site_code"),
)
competencies = Table(
    "competencies",
    metadata,
    Column("competency_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("competency"),
    _text("ws_code"),
    _text("title"),
    _text("field"),
    _text("riasec"),
    _small("grade_from"),
    _small("grade_to"),
    UniqueConstraint("region_code", "competency"),
)
try_outs = Table(
    "try_outs",
    metadata,
    Column("try_out_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("try_out_code"),
    Column("season_code", Text, ForeignKey("seasons.season_code"), nullable=False),
    _text("competency"),
    _text("site_code"),
    _text("mentor_code"),
    _text("format"),
    _text("title"),
    _small("grade_from"),
    _small("grade_to"),
    _small("duration_minutes"),
    UniqueConstraint("region_code", "try_out_code"),
    Index(None, "region_code", "mentor_code"),
    CheckConstraint("format IN ('online', 'in-person')", name="format_known"),
)
# Room on the page keeps the update of `claimed` within it (HOT): `claimed` is in no index.
slots = Table(
    "slots",
    metadata,
    Column("slot_id", Uuid, primary_key=True),
    _text("region_code"),
    _text("slot_code"),
    _text("try_out_code"),
    _at("starts_at"),
    _at("ends_at"),
    Column("capacity", Integer, nullable=False),
    Column("claimed", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("region_code", "slot_code"),
    Index(None, "region_code", "starts_at", "slot_id"),
    CheckConstraint("claimed BETWEEN 0 AND capacity", name="never_a_seat_too_many"),
    CheckConstraint("starts_at < ends_at", name="ends_after_its_start"),
    postgresql_with={"fillfactor": "50"},
)
# Claimed by a conditional UPDATE; bookings are never counted in a claim.
quotas = Table(
    "quotas",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("season_year", SmallInteger, primary_key=True, autoincrement=False),
    _small("booked"),
    _small("in_person"),
    _small("max_bookings"),
    _small("max_in_person"),
    CheckConstraint("booked BETWEEN 0 AND max_bookings", name="booked_within_limit"),
    CheckConstraint("in_person BETWEEN 0 AND max_in_person AND in_person <= booked", name="in_person_within_limit"),
    postgresql_with={"fillfactor": "80"},
)
# No foreign key to slots: they are never deleted, and its check would lock the hot row once more for every booking.
bookings = Table(
    "bookings",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    _text("region_code"),
    Column("student_id", Uuid, nullable=False),
    Column("slot_id", Uuid, nullable=False),
    _small("season_year"),
    Column("in_person", Boolean, nullable=False),
    _at("starts_at"),
    _at("ends_at"),
    _text("status"),
    _at("requested_at"),
    _at("approval_due_at"),
    Column("approved", Boolean),
    Column("decided_by_role", Text),
    Column("decided_by_id", Uuid),
    Column("cancelled_by_role", Text),
    Column("cancelled_by_id", Uuid),
    Column("attendance", Text),
    Column("attended_by", Uuid),
    Column("recommendation_id", Uuid),
    Column("recommendation", Text),
    Column("next_steps", JSONB),
    Column("recommended_by", Uuid),
    Index(None, "slot_id"),
    Index(None, "student_id"),
    Index("bookings_held", "approval_due_at", "slot_id", postgresql_where=text("status = 'requested'")),
    CheckConstraint(
        "status IN ('requested', 'approved', 'declined', 'expired', 'cancelled', 'attended', 'no-show')",
        name="status_known",
    ),
    CheckConstraint("char_length(recommendation) <= 2000", name="recommendation_bounded"),
    ExcludeConstraint(
        (Column("student_id", Uuid), "="),
        (text("tstzrange(starts_at, ends_at)"), "&&"),
        where=text("status IN ('requested', 'approved')"),
        using="gist",
        name="bookings_no_clash",
    ),
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
    Index(None, "region_code", "school_code"),
    Index(None, "guardian_ids", postgresql_using="gin"),
    postgresql_with={"fillfactor": "80"},
)
staff = staff_table(metadata)
unlocks = Table(
    "unlocks",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("season_year", SmallInteger, primary_key=True, autoincrement=False),
    _text("region_code"),
    Column("recommended", ARRAY(Text), nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
# Started and completed are rows of their own, so that a stage begun again stays completed.
stage_progress = Table(
    "stage_progress",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("season_year", SmallInteger, primary_key=True, autoincrement=False),
    Column("stage", SmallInteger, primary_key=True, autoincrement=False),
    Column("step", Text, primary_key=True),
    _text("region_code"),
    Column("sequence", BigInteger, nullable=False),
)
