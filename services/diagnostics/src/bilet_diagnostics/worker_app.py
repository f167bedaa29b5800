"""The worker process, for uvicorn: `--factory bilet_diagnostics.worker_app:create`."""

from fastapi import FastAPI

from bilet_diagnostics.bootstrap import build
from bilet_kit.process.cli import prepare_process
from bilet_kit.process.worker import create_worker


def create() -> FastAPI:
    """Make the worker process from the environment."""
    return create_worker(prepare_process(build(), "worker"))
