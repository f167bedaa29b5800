"""The HTTP process: `uvicorn --factory tests.support.echo_service.api_app:create`."""

from fastapi import FastAPI

from bilet_kit.process.api import create_api
from bilet_kit.process.cli import prepare_process
from tests.support import sabotage
from tests.support.echo_service.bootstrap import build


def create() -> FastAPI:
    sabotage.from_environment()
    return create_api(prepare_process(build(), "api"))
