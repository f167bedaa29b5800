"""Signing in: how failures slow down the next attempt, and how a refresh token is exchanged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bilet_identity.domain.errors import WeakPassword

FREE_ATTEMPTS = 5
LONGEST_LOCK = timedelta(minutes=15)
PASSWORD_LENGTH = (10, 128)
REFRESH_TERM = timedelta(days=14)
SESSION_TERM = timedelta(days=90)


def locked_for(failed_attempts: int) -> timedelta:
    """Compute how long a login is locked after so many failures in a row: 1 s from the fifth on, doubling to 15 min.

    Whoever knows a login can keep its owner from signing in for as long as they go on; sessions that exist go on too.
    That is preferred to unlimited guesses from many addresses. Guesses at many logins are the gateway's to slow down.
    """
    if failed_attempts < FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failed_attempts - FREE_ATTEMPTS, 20)), LONGEST_LOCK)


def check_password(password: str, *, login: str) -> None:
    """Refuse the passwords that attackers try first.

    Raises:
        WeakPassword: equal to the login, or one sign repeated.
    """
    if password.casefold() == login.casefold() or len(set(password)) <= 2:  # noqa: PLR2004 - "aaaa…", "abab…"
        raise WeakPassword


class RefreshVerdict(StrEnum):
    """What to do with a presented refresh token."""

    ROTATE = "rotate"
    REFUSE = "refuse"
    REVOKE_FAMILY = "revoke-family"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token as stored: a link in its session's chain."""

    used_at: datetime | None
    expires_at: datetime
    session_revoked: bool


def judge_refresh(token: RefreshToken | None, *, now: datetime) -> RefreshVerdict:
    """Judge a refresh token: it works once, and one used before was stolen, so its family ends (RFC 9700, 4.14)."""
    if token is None or token.session_revoked or token.expires_at <= now:
        return RefreshVerdict.REFUSE
    if token.used_at is not None:
        return RefreshVerdict.REVOKE_FAMILY
    return RefreshVerdict.ROTATE
