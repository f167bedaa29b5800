"""Alembic's environment; the kit opens the connection."""

from bilet_identity.storage.access_tables import accounts
from bilet_kit.storage.migrations import run_in_env

run_in_env(accounts.metadata)
