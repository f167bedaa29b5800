"""Alembic's environment; the kit opens the connection."""

from bilet_kit.storage.migrations import run_in_env
from bilet_notifications.storage.tables import metadata

run_in_env(metadata)
