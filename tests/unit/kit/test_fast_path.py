"""A fast path answers requests in order, and leaves every other one to the declared route as it came."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response

from bilet_kit.web.auth import KeySet, Principal, require_role
from bilet_kit.web.fast_path import fast_path
from bilet_kit.web.problems import install_problem_handlers
from bilet_kit.web.schemas import Input
from tests.support.echo_service.settings import settings_for
from tests.support.tokens import TokenMaker

PUPIL = uuid4()


class GreetingInput(Input):
    word: str = "hello"


async def greet_at_once(_: Request, principal: Principal, given: GreetingInput) -> Response | None:
    return None if given.word == "leave it" else Response(f"fast {principal.subject} {given.word}")


router = APIRouter(route_class=fast_path(greet_at_once, role="student", body=GreetingInput))


@router.post("/greetings")
async def greet(
    request: Request, principal: Annotated[Principal, Depends(require_role("student"))], given: GreetingInput
) -> Response:
    return Response(f"slow {principal.subject} {given.word} {len(await request.body())}")


@pytest.fixture(scope="module")
def maker() -> Iterator[TokenMaker]:
    with TokenMaker() as maker:
        yield maker


@pytest.fixture
def keys(maker: TokenMaker) -> KeySet:
    settings = settings_for("postgresql://nobody@127.0.0.1/nothing", token_issuer=maker.issuer)
    return KeySet(settings, {maker.key.kid: maker.key.private.public_key()})


@pytest.fixture
def http(maker: TokenMaker, keys: KeySet) -> httpx.AsyncClient:
    app = FastAPI()
    app.state.verifier = keys
    app.include_router(router)
    install_problem_handlers(app, ValueError, {})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kit.test")


async def answered(http: httpx.AsyncClient, **request: Any) -> str:  # noqa: ANN401 — httpx's own
    return (await http.post("/greetings", **request)).text


def headers(maker: TokenMaker, role: str = "student", subject: UUID = PUPIL) -> dict[str, str]:
    return {"Authorization": f"Bearer {maker.token(role, subject)}"}


async def test_a_request_in_order_never_reaches_the_declared_route(http: httpx.AsyncClient, maker: TokenMaker) -> None:
    assert await answered(http, headers=headers(maker), json={"word": "hi"}) == f"fast {PUPIL} hi"


async def test_an_empty_body_is_one_without_fields(http: httpx.AsyncClient, maker: TokenMaker) -> None:
    assert await answered(http, headers=headers(maker)) == f"fast {PUPIL} hello"


async def test_what_the_fast_path_leaves_reaches_the_declared_route_with_its_body(
    http: httpx.AsyncClient, maker: TokenMaker
) -> None:
    assert await answered(http, headers=headers(maker), json={"word": "leave it"}) == f"slow {PUPIL} leave it 19"


@pytest.mark.parametrize(
    ("role", "content", "content_type", "status"),
    [
        ("guardian", b'{"word": "hi"}', "application/json", 403),
        ("student", b'{"word": 1}', "application/json", 422),
        ("student", b'{"word": "hi", "more": 1}', "application/json", 422),
        ("student", b"{", "application/json", 422),
        ("student", b'{"word": "hi"}', "text/plain", 422),
    ],
    ids=["role", "type", "unknown field", "no JSON", "content type"],
)
async def test_a_request_out_of_order_is_told_so_by_the_declared_route(
    http: httpx.AsyncClient, maker: TokenMaker, role: str, content: bytes, content_type: str, status: int
) -> None:
    given = {**headers(maker, role), "Content-Type": content_type}
    answer = await http.post("/greetings", headers=given, content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_without_a_token_nobody_is_answered(http: httpx.AsyncClient) -> None:
    answer = await http.post("/greetings", json={"word": "hi"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")
