"""Signing in, staying signed in, signing out."""

from fastapi import APIRouter

from bilet_identity.api.caching import NO_STORE
from bilet_identity.api.parts import Parts, RunningParts
from bilet_identity.api.schemas.sessions import ExchangeInput, RefreshInput, SignInInput, TokensView
from bilet_identity.domain.errors import CodeInvalid, SessionEnded, SignInLocked, SignInRefused
from bilet_identity.security.tokens import Claims
from bilet_identity.storage.accounts import Account
from bilet_identity.use_cases import sessions
from bilet_identity.use_cases.sessions import SignedIn
from bilet_kit.clock import real_now
from bilet_kit.storage.database import Database
from bilet_kit.web.auth import CurrentPrincipal
from bilet_kit.web.problems import Problem
from bilet_kit.web.transactions import RunningDatabase, Tx

router = APIRouter(dependencies=[NO_STORE])


@router.post("/sessions", status_code=201, summary="Войти по логину и паролю")
async def sign_in(database: RunningDatabase, parts: RunningParts, body: SignInInput) -> TokensView:
    """Begin a session of a pupil or of staff. The attempt is counted before the password is checked."""
    account = await _counted_attempt(database, parts, body.login)
    known_hash = account.password_hash if account else None
    fits = await parts.passwords.fits(body.password.get_secret_value(), known_hash)
    if account is None or not fits:
        raise SignInRefused
    async with database.transaction() as tx:
        signed_in = await sessions.finish_sign_in(
            tx, parts.vault, account, login=body.login, role=body.role, now=real_now()
        )
    return _tokens(parts, signed_in)


@router.post("/sessions/exchange", status_code=201, summary="Завершить вход через Госуслуги")
async def exchange(database: RunningDatabase, parts: RunningParts, body: ExchangeInput) -> TokensView:
    """Begin a guardian's session by the one-time code of ESIA's callback. A wrong verifier uses the code up."""
    verifier = body.code_verifier.get_secret_value()
    async with database.transaction() as tx:
        signed_in = await sessions.exchange_code(tx, parts.vault, body.code, code_verifier=verifier, now=real_now())
    if signed_in is None:
        raise CodeInvalid
    return _tokens(parts, signed_in)


@router.post("/sessions/refresh", summary="Продлить сессию")
async def refresh(database: RunningDatabase, parts: RunningParts, body: RefreshInput) -> TokensView:
    """Exchange a refresh token for the next one. A token used before ends the whole session."""
    async with database.transaction() as tx:
        signed_in = await sessions.refresh(tx, body.refresh_token.get_secret_value(), now=real_now())
    if signed_in is None:
        raise SessionEnded
    return _tokens(parts, signed_in)


@router.delete("/sessions/current", status_code=204, summary="Выйти")
async def sign_out(tx: Tx, principal: CurrentPrincipal) -> None:
    """End the session. Its access token expires within five minutes."""
    await sessions.sign_out(tx, principal.session_id, now=real_now())


async def _counted_attempt(database: Database, parts: Parts, login: str) -> Account | None:
    """Count an attempt and find the account; a locked login gets 429 that says for how long."""
    try:
        async with database.transaction() as tx:
            return await sessions.begin_sign_in(tx, parts.vault, login, now=real_now())
    except SignInLocked as locked:
        headers = {"Retry-After": str(locked.seconds)}
        raise Problem(429, locked.code, locked.title, str(locked), headers=headers) from None


def _tokens(parts: Parts, signed_in: SignedIn) -> TokensView:
    session = signed_in.session
    claims = Claims(subject=session.subject_id, role=session.role, session_id=session.session_id)
    return TokensView.of(signed_in, parts.tokens.issue(claims, now=real_now()))
