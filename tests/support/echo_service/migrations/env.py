"""Alembic's environment of the echo service."""

from tests.support.echo_service.tables import metadata

from bilet_kit.storage.migrations import run_in_env

run_in_env(metadata)
