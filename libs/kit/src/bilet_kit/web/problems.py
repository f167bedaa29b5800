"""Errors over HTTP as RFC 9457 problem+json: a stable code, Russian words, no internals and no repeated input."""

import tomllib
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from bilet_kit.storage.transience import is_transient

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": "Problem (RFC 9457)", "content": {MEDIA_TYPE: {}}} for code in (422, "default")
}
_WORDS = tomllib.loads(resources.files("bilet_kit.web").joinpath("problem_words.toml").read_text(encoding="utf-8"))

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field of the request and what is wrong with it, never its value."""

    field: str
    message: str


class Answer(Exception):
    """An answer that is given by raising it, whatever the route was about to answer."""

    def response(self) -> Response:
        """Make the HTTP response."""
        raise TypeError("a kind of answer says what it looks like")


@dataclass(eq=False)
class Problem(Answer):
    """A problem, raised in the api layer."""

    status: int
    code: str
    title: str
    detail: str = ""
    errors: Sequence[FieldFault] = ()
    headers: Mapping[str, str] | None = None

    def response(self) -> Response:
        """Make the HTTP response; `detail` and `errors` are left out when empty."""
        body: dict[str, object] = {
            "type": f"urn:bilet:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = self.errors
        return Response(orjson.dumps(body), self.status, self.headers, MEDIA_TYPE)


def install_problem_handlers(
    app: FastAPI, domain_error: type[Exception], problems: Mapping[type[Exception], int]
) -> None:
    """Answer every error of the app with a problem; a domain error by the status of its nearest class, else 409."""

    async def on_domain_error(_: Request, error: Exception) -> Response:
        status = next((problems[cls] for cls in type(error).__mro__ if cls in problems), HTTPStatus.CONFLICT)
        return Problem(status, getattr(error, "code", ""), getattr(error, "title", ""), str(error)).response()

    app.add_exception_handler(domain_error, on_domain_error)
    app.add_exception_handler(Answer, _on_answer)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        app.add_exception_handler(kind, _on_unavailable)


def try_again() -> Problem:
    """Make a 503 for what passes by itself; the same request may be sent again after a second."""
    return Problem(503, "try-again", "Сервис сейчас занят, попробуйте ещё раз", headers={"Retry-After": "1"})


def unexpected(error: BaseException) -> Problem:
    """Make a 500 for the client, and log the places the error passed through: files and lines, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    _log.error("request-failed", error_type=type(error).__name__, places=places)
    return Problem(500, "internal-error", "Что-то сломалось у нас, попробуйте позже")


async def _on_answer(_: Request, error: Exception) -> Response:
    return error.response() if isinstance(error, Answer) else unexpected(error).response()


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code, title = _WORDS["status"].get(str(status), (f"http-{status}", HTTPStatus(status).phrase))
    headers = getattr(error, "headers", None) if status != HTTPStatus.METHOD_NOT_ALLOWED else _allow(request)
    return Problem(status, code, title, headers=headers).response()


def _allow(request: Request) -> dict[str, str]:
    """Name every method of the address; the framework names those of the first route alone that has it."""
    address = {"type": "http", "path": request.scope["path"], "root_path": request.scope.get("root_path", "")}
    routes = request.app.routes
    takes = [m for m in METHODS if any(r.matches({**address, "method": m})[0] is Match.FULL for r in routes)]
    return {"Allow": ", ".join(takes)}


async def _on_invalid(_: Request, error: Exception) -> Response:
    faults = []
    if isinstance(error, RequestValidationError):
        for fault in error.errors():
            field = ".".join(str(part) for part in fault["loc"] if part not in ("body", "query", "path", "header"))
            faults.append(FieldFault(field or str(fault["loc"][0]), _message(fault["type"])))
    return Problem(422, "request-invalid", "Запрос заполнен неверно", errors=faults).response()


async def _on_unavailable(_: Request, error: Exception) -> Response:
    if not is_transient(error):
        return unexpected(error).response()
    _log.warning("request-postponed", error_type=type(error).__name__)
    return try_again().response()


def _message(kind: str) -> str:
    beginnings = (text for start, text in _WORDS["start"].items() if kind.startswith(start))
    return _WORDS["exact"].get(kind) or next(beginnings, "Неверное значение")
