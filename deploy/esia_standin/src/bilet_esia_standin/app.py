"""The ASGI application of the stand-in."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from bilet_esia_standin import admin, authorization, resources
from bilet_esia_standin.refusals import Refusal
from bilet_esia_standin.settings import StandinSettings
from bilet_esia_standin.standin import build, real_now


def create_app(settings: StandinSettings, *, clock: Callable[[], datetime] = real_now) -> FastAPI:
    """Build the application; `clock` decides the age of requests and codes. Raises ValueError for an unreadable key."""
    app = FastAPI(title="Стенд ЕСИА", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.standin = build(settings, clock)
    app.include_router(authorization.router)
    app.include_router(resources.router)
    app.include_router(admin.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_api_route("/health", _health, methods=["GET"])
    return app


def create() -> FastAPI:
    """Make the app from the environment, for uvicorn. Raises ValidationError outside local and test."""
    return create_app(StandinSettings())


async def _health() -> dict[str, str]:
    return {"status": "ok"}


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    if not isinstance(refusal, Refusal):
        raise refusal
    body = {"error": refusal.error, "error_description": refusal.description}
    return JSONResponse(body, status_code=refusal.status)


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    """Name the places of the errors only: their text would repeat somebody's data."""
    if not isinstance(error, RequestValidationError):
        raise error
    places = [{"place": ".".join(map(str, item["loc"])), "kind": item["type"]} for item in error.errors()]
    return JSONResponse({"error": "invalid_request", "errors": places}, status_code=422)
