"""Signing in, staying signed in by rotating refresh tokens, signing out. All times here are real time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_identity.domain.access import REFRESH_TERM, RefreshVerdict, judge_refresh
from bilet_identity.domain.errors import NotFound, RoleNotYours, SignInRefused
from bilet_identity.security.pkce import proves
from bilet_identity.security.tokens import new_secret
from bilet_identity.storage import accounts, guardians, staff
from bilet_identity.storage.accounts import Account, Session
from bilet_identity.storage.sealing import Vault
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A session and its newest refresh token."""

    session: Session
    refresh_token: str


async def begin_sign_in(tx: Transaction, vault: Vault, login: str, *, now: datetime) -> Account | None:
    """Count the attempt and find the account; the password is checked outside the transaction.

    Raises:
        SignInLocked: too many failures in a row.
    """
    await accounts.begin_attempt(tx, vault, login, now=now)
    return await accounts.find(tx, vault, login)


async def finish_sign_in(
    tx: Transaction, vault: Vault, account: Account, *, login: str, role: str | None, now: datetime
) -> SignedIn:
    """Begin a session after the right password, in the role asked for or in the first one held.

    Raises:
        RoleNotYours: the account has no such role.
        SignInRefused: the member of the staff has no role left.
    """
    acting = await _acting_role(tx, account, role)
    await accounts.forget_attempts(tx, vault, login)
    return await _start(tx, account.subject_id, acting, now=now)


async def exchange_code(
    tx: Transaction, vault: Vault, code: str, *, code_verifier: str, now: datetime
) -> SignedIn | None:
    """Begin a guardian's session by the one-time code from ESIA; None when the code is refused.

    Refused are codes unknown, used or older than a minute, and browsers that did not begin the sign-in. Such an
    attempt uses the code up, which has to be committed: so this does not raise.
    """
    signed_in = await guardians.take_sign_in_code(tx, vault, code, now=now)
    if signed_in is None or not proves(code_verifier, signed_in.code_challenge):
        return None
    return await _start(tx, signed_in.guardian_id, "guardian", now=now)


async def refresh(tx: Transaction, token: str, *, now: datetime) -> SignedIn | None:
    """Exchange a refresh token for the next one; None when it is refused.

    A token that was used before ends its whole family, which has to be committed: so this does not raise.
    """
    found = await accounts.find_session(tx, token)
    verdict = judge_refresh(found[0] if found else None, now=now)
    if found is None or verdict is RefreshVerdict.REFUSE:
        return None
    _, session = found
    if verdict is RefreshVerdict.REVOKE_FAMILY or not await _role_stands(tx, session):
        await accounts.revoke_session(tx, session.session_id, now=now)
        return None
    following = new_secret()
    await accounts.exchange_token(tx, token, following, session.session_id, now=now, expires_at=now + REFRESH_TERM)
    return SignedIn(session, following)


async def sign_out(tx: Transaction, session_id: UUID, *, now: datetime) -> None:
    """End a session with all its refresh tokens."""
    await accounts.revoke_session(tx, session_id, now=now)


async def _start(tx: Transaction, subject_id: UUID, role: str, *, now: datetime) -> SignedIn:
    session = Session(session_id=new_id(), subject_id=subject_id, role=role)
    await accounts.start_session(tx, session, now=now)
    token = new_secret()
    await accounts.add_token(tx, token, session.session_id, expires_at=now + REFRESH_TERM)
    return SignedIn(session, token)


async def _acting_role(tx: Transaction, account: Account, role: str | None) -> str:
    if account.kind == "student":
        roles = ["student"]
    else:
        member = await staff.load(tx, account.subject_id)
        roles = [scope.role for scope in member.scopes]
    if not roles:
        raise SignInRefused
    if role is not None and role not in roles:
        raise RoleNotYours
    return role or roles[0]


async def _role_stands(tx: Transaction, session: Session) -> bool:
    if session.role in ("student", "guardian"):
        return True
    try:
        member = await staff.load(tx, session.subject_id)
    except NotFound:
        return False
    return bool(member.scopes_as(session.role))
