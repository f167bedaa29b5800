"""Tables of accounts and sessions, on the MetaData of `tables`; they point to people only by a bare subject id."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Table, Text, Uuid

from bilet_identity.storage.tables import INSTANT, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("login_index", LargeBinary, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    CheckConstraint("kind IN ('student', 'staff')", name="kind"),
)

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("login_index", LargeBinary, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("locked_until", INSTANT, nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False, index=True),
    Column("revoked_at", INSTANT),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", ForeignKey("sessions.session_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", INSTANT, nullable=False),
    Column("used_at", INSTANT),
)
