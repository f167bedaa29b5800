"""Idempotency keys: for 24 hours a repeated POST gets the answer of the first one.

The answer is stored in the transaction that did the work, so neither exists without the other.
Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from bilet_kit.storage.database import Transaction
from bilet_kit.web.auth import current_principal
from bilet_kit.web.problems import Answer, Problem
from bilet_kit.web.transactions import Tx

HEADER = "Idempotency-Key"
KEEP_HOURS = 24
KEY_PATTERN = "^[ -~]{8,200}$"
ANONYMOUS = "anonymous"
IN_FLIGHT = {"Idempotency-In-Flight": "true"}
"""Tells the gateway, which may send a request twice, that the other one is about to be answered."""

_CLAIM = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine"
_FIND = """SELECT request_hash, status, body FROM idempotency_keys
WHERE principal = $1 AND key = $2 AND created_at > clock_timestamp() - interval '24 hours'"""
_STORE = """INSERT INTO idempotency_keys (principal, key, request_hash, status, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (principal, key) DO UPDATE SET request_hash = $3, status = $4, body = $5, created_at = clock_timestamp()"""


@dataclass(eq=False)
class Replayed(Answer):
    """The request was answered before, and this is the answer."""

    status: int
    body: bytes

    def response(self) -> Response:
        """Make the stored answer, marked as a repeat."""
        return Response(self.body, self.status, {"Idempotency-Replayed": "true"}, "application/json")


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A creating request that has not been answered yet."""

    principal: str
    key: str
    request_hash: bytes
    tx: Transaction

    async def answer(self, status: int, body: BaseModel) -> Response:
        """Store the answer with the work it reports, and return it."""
        content = body.model_dump_json().encode()
        await self.tx.execute(_STORE, self.principal, self.key, self.request_hash, status, content)
        return Response(content, status, media_type="application/json")


def request_hash(request: Request, body: bytes) -> bytes:
    """Hash what makes a request the same one: method, path with query, and body.

    The key, of which only a digest is kept, is hashed with them, so that nobody can guess a password in the body.
    """
    query, key = request.scope["query_string"].decode("latin-1"), request.headers.get(HEADER)
    return hashlib.sha256(f"{request.method} {request.scope['path']}?{query}\n{key}\n".encode() + body).digest()


def checked_key(key: str | None) -> str:
    """Check a request's key and return the digest by which it is kept.

    Raises:
        Problem: 400 when it is missing or not 8 to 200 printable ASCII characters.
    """
    if key is None:
        raise Problem(400, "idempotency-key-missing", f"Нужен заголовок {HEADER}")
    if not re.fullmatch(KEY_PATTERN, key):
        raise Problem(400, "idempotency-key-invalid", f"Заголовок {HEADER}: от 8 до 200 печатных знаков ASCII")
    return hashlib.sha256(key.encode()).hexdigest()


async def idempotent_request(
    request: Request, tx: Tx, key: Annotated[str | None, Header(alias=HEADER)] = None
) -> IdempotentRequest:
    """Admit a POST that creates; a repeat of an answered one never reaches its route.

    Raises:
        Problem: 400 without a usable key, 409 while the first request is in flight, 422 for another request.
        Replayed: the request was answered before.
    """
    asked = request_hash(request, await request.body())
    principal = ANONYMOUS
    if "authorization" in request.headers:
        principal = str((await current_principal(request)).subject)
    known = checked_key(key)
    if not (await tx.fetch(_CLAIM, f"{principal}\n{known}"))[0]["mine"]:
        raise Problem(409, "request-in-flight", "Такой же запрос ещё выполняется", headers=IN_FLIGHT)
    for row in await tx.fetch(_FIND, principal, known):
        if row["request_hash"] != asked:
            raise Problem(422, "idempotency-key-reused", f"Этот {HEADER} уже был у другого запроса")
        raise Replayed(row["status"], row["body"])
    return IdempotentRequest(principal, known, asked, tx)


Idempotent = Annotated[IdempotentRequest, Depends(idempotent_request)]
