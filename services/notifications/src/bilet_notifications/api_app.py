"""The HTTP process: `uvicorn --factory bilet_notifications.api_app:create`."""

from fastapi import FastAPI

from bilet_kit.process.api import create_api
from bilet_kit.process.cli import prepare_process
from bilet_notifications.bootstrap import build


def create() -> FastAPI:
    """Make the HTTP process from the environment."""
    return create_api(prepare_process(build(), "api"))
