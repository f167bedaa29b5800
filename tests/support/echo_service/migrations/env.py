"""Alembic's environment of the echo service."""

from bilet_kit.migrations import run_in_env
from tests.support.echo_service.tables import metadata

run_in_env(metadata)
