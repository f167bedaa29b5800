"""Alembic's environment; the kit opens the connection."""

from bilet_identity.storage.tables import metadata
from bilet_kit.migrations import run_in_env

run_in_env(metadata)
