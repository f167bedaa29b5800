"""The worker process: `uvicorn --factory bilet_identity.worker_app:create`."""

from fastapi import FastAPI

from bilet_identity.bootstrap import build
from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker


def create() -> FastAPI:
    """Make the worker process from the environment."""
    return create_worker(prepare_process(build(), "worker"))
