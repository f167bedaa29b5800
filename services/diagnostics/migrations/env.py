"""Alembic's entry: the kit runs the migrations on the connection it opened."""

from bilet_diagnostics.storage.tables import metadata
from bilet_kit.storage.migrations import run_in_env

run_in_env(metadata)
