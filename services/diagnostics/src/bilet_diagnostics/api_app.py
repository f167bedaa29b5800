"""The HTTP process, for uvicorn: `--factory bilet_diagnostics.api_app:create`."""

from fastapi import FastAPI

from bilet_diagnostics.bootstrap import build
from bilet_kit.cli import prepare_process
from bilet_kit.http import create_api


def create() -> FastAPI:
    """The app, with settings from the environment."""
    return create_api(prepare_process(build(), "api"))
