"""The kit's own tables, present in the database of every service."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Interval,
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

kit_metadata = MetaData()

_now = text("clock_timestamp()")


def _at(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=_now)


outbox = Table(
    "outbox",
    kit_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("aggregate_type", Text, nullable=False),
    Column("aggregate_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)
key_sequence = Table(
    "key_sequence",
    kit_metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
relay_lease = Table(
    "relay_lease",
    kit_metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Uuid, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
inbox = Table(
    "inbox",
    kit_metadata,
    Column("fact_id", Uuid, primary_key=True),
    _at("received_at"),
    Index("inbox_received_at", "received_at"),
)
inbox_attempts = Table(
    "inbox_attempts",
    kit_metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("record_offset", BigInteger, primary_key=True),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("retries", Integer, nullable=False, server_default=text("0")),
    Column("error_type", Text, nullable=False),
    _at("last_at"),
)
parked_messages = Table(
    "parked_messages",
    kit_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("record_offset", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("record_key", LargeBinary),
    Column("value", LargeBinary),
    Column("header_names", ARRAY(Text), nullable=False),
    Column("header_values", ARRAY(LargeBinary), nullable=False),
    Column("error_place", Text, nullable=False),
    Column("error_type", Text, nullable=False),
    _at("parked_at"),
    UniqueConstraint("topic", "partition", "record_offset"),
    Index("parked_messages_key", "topic", "key", "id"),
)
idempotency_keys = Table(
    "idempotency_keys",
    kit_metadata,
    Column("principal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _at("created_at"),
    Index("idempotency_keys_created_at", "created_at"),
)
business_clock = Table(
    "business_clock",
    kit_metadata,
    Column("id", SmallInteger, primary_key=True, server_default=text("1")),
    Column("offset", Interval, nullable=False),
)
