"""Tables of the echo service. Nothing in them is unique on purpose: an effect that happens twice must be visible."""

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, Uuid

metadata = MetaData()

calls = Table(
    "calls",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("caller_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
)
effects = Table(
    "effects",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("caller_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
)
forgotten = Table(
    "forgotten",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("caller_id", Uuid, nullable=False),
)
places = Table(
    "places",
    metadata,
    Column("caller_id", Uuid, primary_key=True),
    Column("place", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
slots = Table(
    "slots",
    metadata,
    Column("slot_id", Uuid, primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
)
seats = Table(
    "seats",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("slot_id", Uuid, nullable=False),
    Column("caller_id", Uuid, nullable=False),
)
