"""The worker process: `uvicorn --factory bilet_notifications.worker_app:create`."""

from fastapi import FastAPI

from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker
from bilet_notifications.bootstrap import build


def create() -> FastAPI:
    """Make the worker process from the environment."""
    return create_worker(prepare_process(build(), "worker"))
