"""The HTTP process: `uvicorn --factory bilet_identity.api_app:create`."""

from fastapi import FastAPI

from bilet_identity.bootstrap import build
from bilet_kit.cli import prepare_process
from bilet_kit.http import create_api


def create() -> FastAPI:
    """The HTTP process from the environment."""
    return create_api(prepare_process(build(), "api"))
