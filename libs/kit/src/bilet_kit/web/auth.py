"""Access tokens, checked against identity's published keys, and the roles that routes require."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import time
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import jwt
import structlog
from fastapi import Depends, Request
from jwt.types import Options

from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from bilet_kit.storage.published_keys import find_keys, keep_keys
from bilet_kit.web.problems import Problem, try_again

REMEMBERED_TOKENS = 20_000
"""Bounds the memory that verified tokens take; nothing else depends on it."""

_REFRESH_SECONDS = 60.0
_RETRY_SECONDS = 1.0
_OPTIONS: Options = {"require": ["iss", "aud", "sub", "exp", "role", "sid"]}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request, in one acting role.

    Attributes:
        subject: the id for the role: student_id, guardian_id or staff_id.
    """

    subject: UUID
    role: str
    session_id: UUID


def unauthorized(code: str, title: str) -> Problem:
    """Make a 401 that tells the client what kind of token it needs."""
    return Problem(401, code, title, headers={"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that was verified before, good while its key is still the published one."""

    key_id: str
    key: object
    expires_at: float
    principal: Principal


class KeySet:
    """Verifies tokens by given keys, and remembers a verified token until it expires or its key is replaced."""

    def __init__(self, settings: ServiceSettings, keys: Mapping[str, Any] | None = None) -> None:
        self._issuer = settings.token_issuer
        self._audience = settings.token_audience
        self.keys: Mapping[str, Any] = keys or {}
        self._verified: dict[str, _Verified] = {}

    @property
    def ready(self) -> bool:
        """Whether any key is known."""
        return bool(self.keys)

    @asynccontextmanager
    async def refreshed(self, _: Database) -> AsyncIterator[None]:
        """Keep the keys fresh for as long as the process runs; given keys stay as they are."""
        yield

    @property
    def current(self) -> bool:
        """Whether the keys are those that identity publishes now, so that an unknown one is no key of identity's."""
        return self.ready

    def ask_for_keys(self) -> None:
        """Hear that a token named a key that is not here; given keys cannot be fetched anew."""

    def verify(self, token: str) -> Principal:
        """Verify a token and return its principal.

        Raises:
            Problem: 401, with a code that says whether a new token would help; 503 while identity's present keys are
                not known, for a person who signs in anew because of that would be sent away for nothing.
        """
        known = self._verified.get(token)
        if known and known.expires_at > time() and self.keys.get(known.key_id) is known.key:
            return known.principal
        try:
            key_id = _key_id_of(token)
            key = self.keys.get(key_id)
            if key is None:
                self.ask_for_keys()
                raise self._unknown_key()
            claims = jwt.decode(token, key, ["ES256"], _OPTIONS, audience=self._audience, issuer=self._issuer)
            principal = Principal(UUID(claims["sub"]), str(claims["role"]), UUID(claims["sid"]))
        except jwt.ExpiredSignatureError:
            raise unauthorized("token-expired", "Срок действия токена истёк") from None
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            raise unauthorized("token-invalid", "Токен не принят") from None
        if len(self._verified) >= REMEMBERED_TOKENS:
            self._verified.clear()
        self._verified[token] = _Verified(key_id, key, claims["exp"], principal)
        return principal

    def _unknown_key(self) -> Problem:
        if not self.current:
            return try_again()
        return unauthorized("token-key-unknown", "Ключ токена неизвестен, войдите ещё раз")


class RemoteKeySet(KeySet):
    """Fetches identity's JWKS off the request path: at start, every minute, and soon after a token named an unknown key.

    The last ones are kept in the service's database, so that it starts and verifies while identity is away.
    """

    def __init__(self, settings: ServiceSettings, client: httpx.AsyncClient | None = None) -> None:
        super().__init__(settings)
        self._url = settings.jwks_url
        self._client = client or httpx.AsyncClient(timeout=5)
        self._asked = asyncio.Event()
        self._fetched = False
        self._kept = ""

    @property
    def current(self) -> bool:
        """Whether identity has answered since this process started."""
        return self._fetched

    def ask_for_keys(self) -> None:
        """Fetch the keys soon, at most once a second."""
        self._asked.set()

    @asynccontextmanager
    async def refreshed(self, database: Database) -> AsyncIterator[None]:
        """Begin with the keys that were kept, and fetch them again and again until left."""
        with suppress(
            asyncpg.PostgresError, OSError, jwt.PyJWTError, ValueError
        ):  # a database before its migration has none
            if kept := await find_keys(database):
                self.keys = _keys_of(kept)
        task = asyncio.create_task(self._refresh(database))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._client.aclose()

    async def _refresh(self, database: Database) -> None:
        while True:
            try:
                answer = await self._client.get(self._url)
                answer.raise_for_status()
                self.keys = _keys_of(answer.text)
                self._fetched = True
                if answer.text != self._kept:
                    await keep_keys(database, answer.text)
                    self._kept = answer.text
            except Exception as error:  # noqa: BLE001 — whatever was answered, the keys must be asked for again
                _log.warning("keys-not-refreshed", error_type=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            await asyncio.sleep(_RETRY_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), _REFRESH_SECONDS)
            self._asked.clear()


def _keys_of(key_set: str) -> dict[str, Any]:
    return {str(key.key_id): key.key for key in jwt.PyJWKSet.from_json(key_set).keys}


def _key_id_of(token: str) -> str:
    """Read the key's id from the header alone: `jwt.decode` reads the whole token once, later."""
    header, *_ = token.partition(".")
    return str(jwt.get_unverified_header(f"{header}..").get("kid", ""))


async def current_principal(request: Request) -> Principal:
    """Verify the request's bearer token and return its principal.

    Raises:
        Problem: 401 without a valid token.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("token-missing", "Нужно войти")
    verifier: KeySet = request.app.state.verifier
    return verifier.verify(token)


CurrentPrincipal = Annotated[Principal, Depends(current_principal)]


def require_role(*roles: str) -> Callable[[Principal], Awaitable[Principal]]:
    """Make a dependency: the principal, if it acts in one of these roles; otherwise 403."""

    async def check(principal: CurrentPrincipal) -> Principal:
        if principal.role not in roles:
            raise Problem(403, "role-not-allowed", "Это действие не для вашей роли")
        return principal

    return check
