"""One-time authorization codes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bilet_esia_standin import refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person agreed to by signing in, and until when the code for it may be exchanged."""

    oid: str
    scopes: tuple[str, ...]
    redirect_uri: str
    nonce: str | None
    expires_at: datetime


class Grants:
    """Codes that were handed out and not yet exchanged."""

    def __init__(self, *, lifetime: timedelta, clock: Callable[[], datetime]) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def issue(self, *, oid: str, scopes: tuple[str, ...], redirect_uri: str, nonce: str | None) -> str:
        """Hand out a new code."""
        code = secrets.token_urlsafe(32)
        expires_at = self._clock() + self._lifetime
        self._grants[code] = Grant(
            oid=oid, scopes=scopes, redirect_uri=redirect_uri, nonce=nonce, expires_at=expires_at
        )
        return code

    def redeem(self, code: str, *, redirect_uri: str) -> Grant:
        """Take back a code; whatever the outcome, it cannot be used again.

        Raises Refusal (ESIA-007011) for a code that is unknown, used, expired or issued for another address.
        """
        grant = self._grants.pop(code, None)
        if grant is None or grant.expires_at <= self._clock() or grant.redirect_uri != redirect_uri:
            raise refusals.invalid_code()
        return grant
