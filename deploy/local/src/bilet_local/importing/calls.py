"""Calls through the gateway: JSON in and out, problem+json as an exception, callers whose tokens stay fresh."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack
from uuid import uuid4

import httpx
import orjson

PREFIX = "/api/v1"
_TOKEN_GOOD_FOR = 240.0  # access tokens live 300 s of real time
_PATIENCE = 16
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
Json = dict[str, Any]
"""An answer's body."""

_PASSING = {(503, "try-again"), (503, "service-unavailable"), (409, "request-in-flight"), (429, "too-many-requests")}


class _Request(TypedDict, total=False):
    params: Mapping[str, Any]
    json: Mapping[str, object]
    content: bytes
    headers: Mapping[str, str]


class Refused(Exception):
    """A service said no.

    Attributes:
        status: of HTTP.
        code: the problem's stable code.
    """

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(f"{words} [{status} {code}]")
        self.status = status
        self.code = code

    @classmethod
    def by(cls, response: httpx.Response) -> Self:
        """Read what an unsuccessful answer says."""
        try:
            problem = orjson.loads(response.content)
            code, title, detail = problem["code"], problem["title"], problem.get("detail", "")
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return cls(response.status_code, f"http-{response.status_code}", "Ответ без объяснения")
        fields = "; ".join(f"{fault['field']}: {fault['message']}" for fault in problem.get("errors", ()))
        return cls(response.status_code, code, ". ".join(part for part in (title, detail, fields) if part))


class Gateway:
    """A pool of connections to one gateway; answers that pass by themselves are asked for again."""

    def __init__(self, address: str, *, connections: int = 32) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=2)
        self._client = httpx.AsyncClient(base_url=address, limits=limits, timeout=httpx.Timeout(130, connect=5))
        self.repeated = 0

    async def __aenter__(self) -> Self:
        """Open nothing yet: connections come as they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def call(self, method: str, path: str, **request: Unpack[_Request]) -> httpx.Response:
        """Call `/api/v1` + `path`; a request that creates carries its Idempotency-Key, so it may be repeated.

        Raises:
            Refused: anything but a success or a redirect.
        """
        pause = _FIRST_PAUSE
        for _ in range(_PATIENCE):
            try:
                response = await self._client.request(method, PREFIX + path, **request)
            except httpx.RemoteProtocolError:
                self.repeated += 1
                continue
            if response.status_code < httpx.codes.BAD_REQUEST:
                return response
            refusal = Refused.by(response)
            if (refusal.status, refusal.code) not in _PASSING:
                raise refusal
            self.repeated += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise Refused(503, "still-busy", f"Сервис не ответил и с {_PATIENCE}-го раза: {path}")

    async def visit(self, address: str) -> httpx.Response:
        """Follow one link as a browser does, without going on where it leads."""
        return await self._client.get(address, follow_redirects=False)


@dataclass(slots=True)
class Caller:
    """Somebody who calls: signed in, or not (yet)."""

    gateway: Gateway
    access_token: str = ""
    refresh_token: str = ""
    _signed_in_at: float = field(default=0.0, repr=False)

    def signed_in(self, tokens: Mapping[str, Any]) -> None:
        """Go on with these tokens."""
        self.access_token = tokens["access_token"]
        self.refresh_token = tokens["refresh_token"]
        self._signed_in_at = time.monotonic()

    async def get(self, path: str, **params: object) -> Json:
        """GET; parameters that are None are left out."""
        given = {name: value for name, value in params.items() if value is not None}
        return _read(await self._call("GET", path, params=given))

    async def get_text(self, path: str) -> str:
        """GET a text such as a CSV file."""
        return (await self._call("GET", path)).content.decode("utf-8-sig")

    async def post(self, path: str, body: Mapping[str, object] | None = None) -> Json:
        """POST with a fresh Idempotency-Key."""
        request: _Request = {"headers": {"Idempotency-Key": str(uuid4())}}
        if body is not None:
            request["json"] = body
        return _read(await self._call("POST", path, **request))

    async def put(self, path: str, body: Mapping[str, object]) -> Json:
        """PUT."""
        return _read(await self._call("PUT", path, json=body))

    async def delete(self, path: str) -> None:
        """DELETE."""
        await self._call("DELETE", path)

    async def upload(self, path: str, content: bytes, *, content_type: str = "text/csv", **params: str) -> Json:
        """POST a file as it is."""
        headers = {"Content-Type": content_type, "Idempotency-Key": str(uuid4())}
        return _read(await self._call("POST", path, content=content, params=params, headers=headers))

    async def _call(self, method: str, path: str, **request: Unpack[_Request]) -> httpx.Response:
        if self.refresh_token and time.monotonic() - self._signed_in_at > _TOKEN_GOOD_FOR:
            body = {"refresh_token": self.refresh_token}
            self.signed_in((await self.gateway.call("POST", "/identity/sessions/refresh", json=body)).json())
        if self.access_token:
            request["headers"] = {**request.get("headers", {}), "Authorization": f"Bearer {self.access_token}"}
        return await self.gateway.call(method, path, **request)


def _read(response: httpx.Response) -> Json:
    body: Json = orjson.loads(response.content) if response.content else {}
    return body
