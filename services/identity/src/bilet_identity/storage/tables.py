"""Identity's tables. Columns named `sealed_*` hold AES-GCM ciphertexts, `*_index` keyed fingerprints, `*_hash` digests."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)
INSTANT = DateTime(timezone=True)

persons = Table(
    "persons",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_birth_date", LargeBinary),
    Column("sealed_snils", LargeBinary),
    Column("sealed_email", LargeBinary),
    Column("sealed_phone", LargeBinary),
    Column("snils_index", LargeBinary, index=True),
    Column("name_index", LargeBinary, index=True),
    Column("created_at", INSTANT, nullable=False),
)

schools = Table(
    "schools",
    metadata,
    Column("region_code", Text, primary_key=True),
    Column("school_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("municipality", Text, nullable=False),
)

students = Table(
    "students",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, unique=True),
    Column("region_code", Text, nullable=False),
    Column("school_code", Text, nullable=False),
    Column("grade", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("reviewed_on", Date, nullable=False),
    Column("grace_until", Date),
    Column("registered_at", INSTANT, nullable=False),
    ForeignKeyConstraint(["region_code", "school_code"], ["schools.region_code", "schools.school_code"]),
    CheckConstraint("grade BETWEEN 6 AND 11", name="grade"),
    CheckConstraint("status IN ('registered', 'active', 'suspended')", name="status"),
    Index("students_review_ix", "region_code", "reviewed_on"),
)

guardians = Table(
    "guardians",
    metadata,
    Column("guardian_id", Uuid, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, unique=True),
    Column("oid_index", LargeBinary, nullable=False, unique=True),
    Column("created_at", INSTANT, nullable=False),
)

guardianships = Table(
    "guardianships",
    metadata,
    Column("guardianship_id", Uuid, primary_key=True),
    Column("student_id", ForeignKey("students.student_id"), nullable=False, index=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("verified_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
    CheckConstraint("status IN ('proposed', 'verified', 'ended')", name="status"),
    Index(
        "guardianships_present_key",
        "student_id",
        "guardian_id",
        unique=True,
        postgresql_where=text("status <> 'ended'"),
    ),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Uuid, primary_key=True),
    Column("student_id", ForeignKey("students.student_id"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("giver", Text, nullable=False),
    Column("giver_id", Uuid, nullable=False),
    Column("granted_at", INSTANT, nullable=False),
    Column("withdrawn_at", INSTANT),
    CheckConstraint("giver IN ('student', 'guardian')", name="giver"),
)

guardian_invitations = Table(
    "guardian_invitations",
    metadata,
    Column("invitation_id", Uuid, primary_key=True),
    Column("student_id", ForeignKey("students.student_id"), nullable=False, index=True),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    Column("created_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("guardian_id", ForeignKey("guardians.guardian_id")),
    Column("used_at", INSTANT),
)

esia_sign_ins = Table(
    "esia_sign_ins",
    metadata,
    Column("state_index", LargeBinary, primary_key=True),
    Column("invitation_id", ForeignKey("guardian_invitations.invitation_id")),
    Column("code_challenge", Text, nullable=False),
    Column("expires_at", INSTANT, nullable=False, index=True),
)

esia_children = Table(
    "esia_children",
    metadata,
    Column("child_id", Uuid, primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_birth_date", LargeBinary, nullable=False),
    Column("snils_index", LargeBinary),
    Column("name_index", LargeBinary, nullable=False),
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("code_index", LargeBinary, primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False),
    Column("code_challenge", Text, nullable=False),
    Column("expires_at", INSTANT, nullable=False, index=True),
)

rosters = Table(
    "rosters",
    metadata,
    Column("roster_id", Uuid, primary_key=True),
    Column("region_code", Text, nullable=False),
    Column("school_code", Text, nullable=False),
    Column("file_hash", LargeBinary, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", JSONB, nullable=False),
    Column("warnings", JSONB, nullable=False),
    Column("sealed_rejected_file", LargeBinary, nullable=False),
    Column("imported_by", Uuid, nullable=False),
    Column("imported_at", INSTANT, nullable=False),
    ForeignKeyConstraint(["region_code", "school_code"], ["schools.region_code", "schools.school_code"]),
    UniqueConstraint("region_code", "school_code", "file_hash"),
)

roster_entries = Table(
    "roster_entries",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("roster_id", ForeignKey("rosters.roster_id"), nullable=False, index=True),
    Column("region_code", Text, nullable=False),
    Column("school_code", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("grade", SmallInteger, nullable=False),
    Column("letter", Text),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_birth_date", LargeBinary, nullable=False),
    Column("sealed_snils", LargeBinary, nullable=False),
    Column("sealed_code", LargeBinary, nullable=False),
    Column("snils_index", LargeBinary, nullable=False),
    Column("name_index", LargeBinary, nullable=False, index=True),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    Column("disappears_on", Date, nullable=False),
    Column("student_id", ForeignKey("students.student_id"), unique=True),
    UniqueConstraint("region_code", "snils_index"),
    CheckConstraint("grade BETWEEN 6 AND 11", name="grade"),
    Index("roster_entries_unclaimed_ix", "disappears_on", postgresql_where=text("student_id IS NULL")),
)

guardian_proposals = Table(
    "guardian_proposals",
    metadata,
    Column("entry_id", ForeignKey("roster_entries.entry_id", ondelete="CASCADE"), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), primary_key=True),
    Column("proposed_at", INSTANT, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("staff_id", Uuid, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, unique=True),
    Column("created_at", INSTANT, nullable=False),
)

staff_scopes = Table(
    "staff_scopes",
    metadata,
    Column("scope_id", Uuid, primary_key=True),
    Column("staff_id", ForeignKey("staff.staff_id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("school_code", Text),
    Column("site_code", Text),
    Column("staff_code", Text),
    UniqueConstraint("region_code", "staff_code"),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("staff_id", ForeignKey("staff.staff_id"), primary_key=True),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    Column("sealed_code", LargeBinary, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
)

seasons = Table(
    "seasons",
    metadata,
    Column("season_id", Uuid, primary_key=True),
    Column("region_code", Text, nullable=False, index=True),
    Column("registration_from", INSTANT, nullable=False),
    Column("closes", INSTANT, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)

disclosure_grants = Table(
    "disclosure_grants",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False, index=True),
    Column("region_code", Text, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("mentor_id", Uuid),
    Column("until", INSTANT, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger, Identity(), primary_key=True),
    Column("at", INSTANT, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("shown", ARRAY(Uuid), nullable=False),
)
