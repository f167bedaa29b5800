"""The worker process: `uvicorn --factory tests.support.echo_service.worker_app:create`."""

from fastapi import FastAPI

from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker
from tests.support import sabotage
from tests.support.echo_service.bootstrap import build


def create() -> FastAPI:
    sabotage.from_environment()
    return create_worker(prepare_process(build(), "worker"))
