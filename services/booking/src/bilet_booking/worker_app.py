"""The worker process: `uvicorn --factory bilet_booking.worker_app:create`."""

from fastapi import FastAPI

from bilet_booking.bootstrap import build
from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker


def create() -> FastAPI:
    """Create the app with settings from the environment."""
    return create_worker(prepare_process(build(), "worker"))
