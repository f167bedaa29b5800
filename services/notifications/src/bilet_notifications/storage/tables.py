"""Tables of the notifications database. Nobody's name or contact: ids, codes and instants, and what sites are called."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bilet_kit.storage.staff import staff_table

metadata = MetaData()

students = Table(
    "students",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("grade", SmallInteger),
    Column("decides_alone", Boolean, nullable=False),
    Column("guardian_ids", ARRAY(Uuid), nullable=False),
    Column("purposes", ARRAY(Text), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("students_guardians", "guardian_ids", postgresql_using="gin"),
)
channel_consents = Table(
    "channel_consents",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("granted", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
staff = staff_table(metadata)
sites = Table(
    "sites",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    Column("region_code", Text, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("municipality", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("sites_code", "region_code", "site_code"),
)
competencies = Table(
    "competencies",
    metadata,
    Column("competency_id", Uuid, primary_key=True),
    Column("region_code", Text, nullable=False),
    Column("competency", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("competencies_code", "region_code", "competency"),
)
approvals = Table(
    "approvals",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
completions = Table(
    "completions",
    metadata,
    Column("student_id", Uuid, primary_key=True),
    Column("season_code", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
waiting_notices = Table(
    "waiting_notices",
    metadata,
    Column("fact_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    Column("template", Text, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("mentor_id", Uuid),
    Column("variables", JSONB, nullable=False),
    Column("waiting_since", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("next_look_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Index("waiting_notices_student", "student_id"),
    Index("waiting_notices_next_look", "next_look_at"),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("fact_id", Uuid, nullable=False),
    Column("recipient_kind", Text, nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("student_id", Uuid, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("template_version", SmallInteger, nullable=False),
    Column("variables", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), server_default=text("business_now() + interval '72 hours'")),
    Column("urgency", Text, nullable=False, server_default=text("'ordinary'")),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("maybe_repeated", Boolean, nullable=False),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("claimed_by", Uuid),
    Column("settled_at", DateTime(timezone=True)),
    Column("failure", Text),
    Column("read_at", DateTime(timezone=True)),
    UniqueConstraint("fact_id", "recipient_id", "channel"),
    Index(
        "deliveries_due",
        "channel",
        "urgency",
        text("next_attempt_at NULLS FIRST"),
        "delivery_id",
        postgresql_where=text("status IN ('waiting', 'claimed', 'sending')"),
    ),
    Index("deliveries_claims", "claimed_by", postgresql_where=text("claimed_by IS NOT NULL")),
    Index("deliveries_expiry", "expires_at", postgresql_where=text("status = 'waiting'")),
    Index("deliveries_failed", "failure", "delivery_id", postgresql_where=text("status = 'failed'")),
    Index("deliveries_inbox", "recipient_id", "delivery_id", postgresql_where=text("channel = 'inbox'")),
    Index("deliveries_unread", "recipient_id", postgresql_where=text("channel = 'inbox' AND read_at IS NULL")),
)
preferences = Table(
    "preferences",
    metadata,
    Column("recipient_kind", Text, primary_key=True),
    Column("recipient_id", Uuid, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("wanted", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
