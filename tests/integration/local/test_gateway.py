"""The gateway in front of an upstream that answers with what reached it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bilet_kit.web.problems import install_problem_handlers
from bilet_local import gateway, ports
from bilet_local.components import Envoy
from tests.integration.local.gateways import behind, is_problem, own_ports, started
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

PER_MINUTE = 60


@dataclass
class Running:
    """A running gateway, a client of it and its access log."""

    client: httpx.AsyncClient
    envoy: Envoy
    configuration: gateway.Gateway
    tokens: TokenMaker

    def signed_in(self, **claims: object) -> dict[str, str]:
        return self.tokens.headers("student", uuid4(), **claims)

    def log(self) -> str:
        return self.envoy.log_file.read_text(encoding="utf-8")


@pytest.fixture
async def upstream(tokens: TokenMaker) -> AsyncIterator[int]:
    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [tokens.key.public_jwk()]})

    async def echo(request: Request) -> Response:
        body = await request.body()
        told: dict[str, Any] = {"path": request.url.path, "headers": dict(request.headers), "bytes": len(body)}
        if request.url.path == "/catalogue/slots":
            told["items"] = [{"slot_code": f"63-M01-ON-{n:04}", "title": "Сварочные технологии"} for n in range(200)]
        return JSONResponse(told, headers={"ETag": '"the-tag"'})

    methods = ["GET", "POST", "PUT", "DELETE"]
    app = FastAPI(openapi_url=None)
    app.add_api_route("/.well-known/jwks.json", keys)
    app.add_api_route("/{path:path}", echo, methods=methods)
    install_problem_handlers(app, LookupError, {})
    port = ports.port_or_free(0)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started)
    yield port
    server.should_exit = True
    await serving


@pytest.fixture
async def running(tmp_path: Path, upstream: int, tokens: TokenMaker) -> AsyncIterator[Running]:
    configuration = replace(
        gateway.compose_gateway(),
        **own_ports(),
        host="127.0.0.1",
        services=behind(upstream),
        issuer=tokens.issuer,
        per_subject_per_minute=PER_MINUTE,
        per_address_per_minute=PER_MINUTE,
    )
    envoy = await started(configuration, tmp_path)
    async with httpx.AsyncClient(base_url=f"http://{envoy.address}") as client:
        probe = tokens.headers("student", uuid4())
        await wait_until(lambda: _passes(client, probe), what="the gateway has the keys")
        yield Running(client=client, envoy=envoy, configuration=configuration, tokens=tokens)
    await envoy.stop()


async def _passes(client: httpx.AsyncClient, headers: dict[str, str]) -> bool:
    return (await client.get("/api/v1/identity/me", headers=headers)).status_code == 200


async def test_a_request_reaches_its_service_without_the_prefix(running: Running) -> None:
    answer = await running.client.get("/api/v1/booking/bookings?limit=5", headers=running.signed_in())

    assert answer.status_code == 200
    assert answer.json()["path"] == "/bookings"
    assert answer.headers["x-request-id"] == answer.json()["headers"]["x-request-id"]


async def test_public_paths_need_no_token(running: Running) -> None:
    for method, path in (
        ("GET", "identity/schools"),
        ("POST", "identity/students"),
        ("POST", "identity/sessions"),
        ("GET", "identity/esia/callback?code=1&state=2"),
        ("GET", "booking/catalogue/slots?region=63"),
        ("GET", "diagnostics/health/ready"),
    ):
        assert (await running.client.request(method, f"/api/v1/{path}")).status_code == 200, path


async def test_a_stale_token_does_not_bar_the_way_to_a_new_one(running: Running) -> None:
    answer = await running.client.post("/api/v1/identity/sessions/refresh", headers=running.signed_in(exp=1))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": 1}, "token-expired"),
        ({"aud": "bilet-identity"}, "token-invalid"),
        ({"iss": "https://other"}, "token-invalid"),
    ],
)
async def test_a_token_that_is_not_good_is_refused_in_words(
    running: Running, claims: dict[str, object], code: str
) -> None:
    answer = await running.client.get("/api/v1/identity/me", headers=running.signed_in(**claims))

    is_problem(answer, 401, code)


async def test_a_token_of_a_foreign_key_is_refused(running: Running) -> None:
    with TokenMaker() as stranger:
        answer = await running.client.get(
            "/api/v1/identity/me", headers=stranger.headers("student", uuid4(), iss=running.tokens.issuer)
        )

    is_problem(answer, 401, "token-invalid")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "identity/me"), ("POST", "identity/schools"), ("POST", "booking/bookings")]
)
async def test_without_a_token_everything_else_is_refused(running: Running, method: str, path: str) -> None:
    is_problem(await running.client.request(method, f"/api/v1/{path}"), 401, "token-missing")


@pytest.mark.parametrize("headers", [{}, {"content-type": "application/json"}], ids=["bare", "with a type"])
@pytest.mark.parametrize("method", ["QUERY", "TRACE", "BREW"])
async def test_a_method_that_nothing_of_ours_takes_is_not_allowed_with_or_without_a_token(
    running: Running, method: str, headers: dict[str, str]
) -> None:
    for path in ("booking/catalogue/slots", "identity/me"):
        for signed in ({}, running.signed_in()):
            answer = await running.client.request(method, f"/api/v1/{path}", headers=headers | signed)

            is_problem(answer, 405, "method-not-allowed")
            assert {"GET", "POST", "PUT", "DELETE"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/identity/internal/v1/contacts",
        "/api/v1/identity//internal/v1/contacts",
        "/api/v1/identity/x/../internal/v1/contacts",
        "/api/v1/identity/%69nternal/v1/contacts",
        "/api/v1/identity/metrics",
        "/internal/v1/contacts",
        "/api/v1/unknown/me",
        "/",
    ],
)
async def test_internal_and_unknown_paths_lead_nowhere(running: Running, path: str) -> None:
    is_problem(await _raw_get(running, path), 404, "not-found")


async def test_an_escaped_slash_is_refused(running: Running) -> None:
    is_problem(await _raw_get(running, "/api/v1/identity/x%2f..%2finternal"), 400, "bad-request")


async def test_headers_of_ours_cannot_be_sent_from_outside(running: Running) -> None:
    forged = {"x-bilet-subject": "somebody", "X-Bilet-Role": "operator", "x-request-id": "mine"}
    received = (await running.client.get("/api/v1/identity/me", headers=running.signed_in() | forged)).json()["headers"]

    assert not [name for name in received if name.startswith("x-bilet-")]
    assert received["x-request-id"] != "mine"


async def test_a_body_too_large_is_refused_but_an_upload_may_be_larger(running: Running) -> None:
    large = b"x" * 300_000
    refused = await running.client.post("/api/v1/identity/students", content=large)
    taken = await running.client.post("/api/v1/identity/rosters", content=large, headers=running.signed_in())
    beyond = await running.client.post("/api/v1/identity/rosters", content=large * 20, headers=running.signed_in())

    is_problem(refused, 413, "body-too-large")
    assert taken.json()["bytes"] == len(large)
    is_problem(beyond, 413, "body-too-large")


async def test_one_busy_person_slows_down_nobody_else(running: Running) -> None:
    busy = running.signed_in()
    answers = [await running.client.get("/api/v1/identity/me", headers=busy) for _ in range(PER_MINUTE * 2)]
    refused = [answer for answer in answers if answer.status_code == 429]

    assert refused
    is_problem(refused[0], 429, "too-many-requests")
    assert refused[0].headers["retry-after"] == "1"
    assert (await running.client.get("/api/v1/identity/me", headers=running.signed_in())).status_code == 200
    assert (await running.client.get("/api/v1/identity/schools")).status_code == 200


async def test_requests_without_a_token_share_their_addresss_limit(running: Running) -> None:
    paths = ("identity/schools", "booking/catalogue/slots")
    answers = [await running.client.get(f"/api/v1/{paths[n % 2]}") for n in range(PER_MINUTE * 2)]

    assert 429 in {answer.status_code for answer in answers}


async def test_the_access_log_has_paths_and_no_queries(running: Running) -> None:
    await running.client.get("/api/v1/identity/esia/callback?code=secret-code&state=secret-state")
    await wait_until(lambda: '"path":"/esia/callback"' in running.log())

    lines = [orjson.loads(line) for line in running.log().splitlines() if line.startswith("{")]
    assert "secret" not in running.log()
    assert set(lines[0]) == {
        "time", "request_id", "method", "path", "status", "flags", "why", "service", "milliseconds", "received_bytes", "sent_bytes",
    }  # fmt: skip


async def test_a_service_that_is_down_is_answered_for(running: Running, tmp_path: Path) -> None:
    nobody = replace(running.configuration, **own_ports(), services=behind(ports.port_or_free(0)))
    lonely = await started(nobody, tmp_path / "lonely")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{lonely.address}/api/v1/identity/schools")
    await lonely.stop()

    is_problem(answer, 503, "service-unavailable")


PAGE = "/api/v1/booking/catalogue/slots"


@pytest.mark.parametrize(("accepted", "chosen"), [("gzip", "gzip"), ("br", "br"), ("gzip, br, zstd", "zstd")])
async def test_a_long_answer_goes_out_compressed(running: Running, accepted: str, chosen: str) -> None:
    async with running.client.stream("GET", PAGE, headers={"Accept-Encoding": accepted}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    plain = await running.client.get(PAGE, headers={"Accept-Encoding": "identity"})

    assert answer.headers["content-encoding"] == chosen
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(sent) * 5 < len(plain.content)
    assert "content-encoding" not in plain.headers


async def test_a_compressed_page_can_still_be_known_by_its_tag(running: Running) -> None:
    answer = await running.client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["etag"] == 'W/"the-tag"'


async def test_a_short_answer_is_not_worth_compressing(running: Running) -> None:
    answer = await running.client.get("/api/v1/identity/schools", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in answer.headers


async def test_a_person_with_a_browser_is_told_what_this_is(running: Running) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = await running.client.get("/", headers=browser)

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<h1>Билет в будущее</h1>" in page.text
    assert 'href="http://localhost:8026/"' in page.text
    for link in re.findall(r'href="(/[^"]+)"', page.text):
        assert (await running.client.get(link)).status_code == 200, link
    is_problem(await running.client.get("/nowhere", headers=browser), 404, "not-found")


async def test_keys_that_are_not_there_yet_are_nobody_s_wrong_token(running: Running, tmp_path: Path) -> None:
    nobody = replace(running.configuration, **own_ports(), services=behind(ports.port_or_free(0)))
    lonely = await started(nobody, tmp_path / "lonely")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{lonely.address}/api/v1/booking/bookings", headers=running.signed_in())
    await lonely.stop()

    is_problem(answer, 503, "try-again")
    assert int(answer.headers["retry-after"]) >= 1


async def _raw_get(running: Running, path: str) -> httpx.Response:
    """Send the path as it is: httpx would tidy it."""
    url = httpx.URL(str(running.client.base_url)).copy_with(raw_path=path.encode())
    return await running.client.get(url, headers=running.signed_in())
