"""The worker process: `uvicorn --factory bilet_booking.worker_app:create`."""

from fastapi import FastAPI

from bilet_booking.bootstrap import build
from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker


def create() -> FastAPI:
    """The app, its settings taken from the environment."""
    return create_worker(prepare_process(build(), "worker"))
