"""Errors over HTTP: RFC 9457, a stable code, the field, and never what was sent."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bilet_kit.web.frame import RequestFrame
from bilet_kit.web.problems import MEDIA_TYPE, install_problem_handlers


class SchoolError(Exception):
    """A rule of a made-up service."""

    code = "school-rule"
    title = "Так нельзя"


class TooLateError(SchoolError):
    code = "too-late"
    title = "Поздно"


class FarTooLateError(TooLateError):
    pass


class Enrolment(BaseModel):
    grade: int = Field(ge=6, le=11)
    email: str = Field(pattern=r"^[^@]+@[^@]+$", max_length=40)
    notes: list[str] = Field(default=[], max_length=3)


async def read_settings() -> None:
    """Do nothing."""


def made_up_app() -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app, SchoolError, {TooLateError: 409, SchoolError: 403})

    @app.post("/enrolments/{number}")
    async def enrol(number: int, body: Enrolment, page: int = 0) -> None:
        """Take anything that is well-formed."""

    @app.get("/enrolments/{number}")
    async def read(number: int) -> None:
        """Show nothing."""

    settings_router = APIRouter(prefix="/settings")
    app.include_router(settings_router)
    for method in ("PUT", "DELETE"):
        settings_router.add_api_route("", read_settings, methods=[method])

    @app.get("/late")
    async def late() -> None:
        raise FarTooLateError("Запись закрыта")

    @app.get("/rule")
    async def rule() -> None:
        raise SchoolError("Так нельзя совсем")

    @app.get("/accident/{word}")
    async def accident(word: str) -> None:
        raise ZeroDivisionError(word)

    app.add_middleware(RequestFrame, largest=1000)
    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(made_up_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


def problem(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    body: dict[str, object] = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "status", "code"} <= body.keys()
    return body


async def test_a_validation_error_names_the_fields(client: httpx.AsyncClient) -> None:
    answer = await client.post("/enrolments/x", json={"grade": 5, "notes": ["a", "b", "c", "d"]})
    body = problem(answer)
    assert answer.status_code == 422
    errors = body["errors"]
    assert isinstance(errors, list)
    assert {error["field"] for error in errors} == {"number", "grade", "email", "notes"}
    assert all(error["message"] for error in errors)


SECRET = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=8, max_size=30).map(
    lambda text: f"тайна{text}"
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=SECRET, shape=st.sampled_from(["grade", "email", "notes", "body", "unclosed", "key"]))
async def test_a_validation_error_never_repeats_what_was_sent(
    client: httpx.AsyncClient, secret: str, shape: str
) -> None:
    bodies: dict[str, str] = {
        "grade": json.dumps({"grade": secret, "email": "a@b"}, ensure_ascii=False),
        "email": json.dumps({"grade": 7, "email": secret}, ensure_ascii=False),
        "notes": json.dumps({"grade": 7, "email": "a@b", "notes": {secret: secret}}, ensure_ascii=False),
        "body": json.dumps(secret, ensure_ascii=False),
        "unclosed": '{"grade": "' + secret,
        "key": json.dumps({secret: 1}, ensure_ascii=False),
    }
    answer = await client.post("/enrolments/x", content=bodies[shape], headers={"content-type": "application/json"})
    assert answer.status_code == 422
    problem(answer)
    assert "тайна" not in answer.text
    assert "\\u0442\\u0430\\u0439" not in answer.text


async def test_the_nearest_class_of_a_domain_error_gives_the_status(client: httpx.AsyncClient) -> None:
    late = await client.get("/late")
    assert late.status_code == 409
    assert problem(late) | {"code": "too-late", "title": "Поздно", "detail": "Запись закрыта"} == problem(late)
    assert (await client.get("/rule")).status_code == 403


async def test_an_accident_says_nothing_of_its_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/accident/chelovek")
    assert answer.status_code == 500
    assert problem(answer)["code"] == "internal-error"
    assert "chelovek" not in answer.text
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/late", 405)], ids=["path", "method"]
)
async def test_an_unknown_address_is_a_problem_too(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    problem(answer)


async def test_too_large_a_body_is_refused_whether_or_not_it_says_its_size(client: httpx.AsyncClient) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    for content in (b"x" * 1001, unannounced()):
        answer = await client.post("/enrolments/1", content=content)
        assert (answer.status_code, problem(answer)["code"]) == (413, "body-too-large")


@pytest.mark.parametrize(
    ("path", "allowed"), [("/enrolments/7", "GET, POST"), ("/settings", "PUT, DELETE"), ("/late", "GET")]
)
@pytest.mark.parametrize("method", ["TRACE", "QUERY", "PATCH"])
async def test_a_method_that_an_address_does_not_take_is_answered_with_all_it_takes(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == allowed
