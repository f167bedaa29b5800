"""The projection of the receiving side."""

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid

metadata = MetaData()

held_seats = Table(
    "held_seats",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("student_id", Uuid, nullable=False),
    Column("slot_id", Uuid, nullable=False),
    Column("slot_code", Text, nullable=False),
    Column("approval_due_at", DateTime(timezone=True), nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
