"""Alembic's environment; the kit opens the connection."""

from bilet_booking.storage.tables import metadata
from bilet_kit.storage.migrations import run_in_env

run_in_env(metadata)
