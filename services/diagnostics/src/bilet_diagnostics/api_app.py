"""The HTTP process, for uvicorn: `--factory bilet_diagnostics.api_app:create`."""

from fastapi import FastAPI

from bilet_diagnostics.bootstrap import build
from bilet_kit.process.api import create_api
from bilet_kit.process.cli import prepare_process


def create() -> FastAPI:
    """Make the HTTP process from the environment."""
    return create_api(prepare_process(build(), "api"))
