"""Accounts found by a fingerprint of their login, failed attempts, sessions and their chains of refresh tokens."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bilet_identity.domain.access import SESSION_TERM, RefreshToken, locked_for
from bilet_identity.domain.errors import LoginTaken, SignInLocked
from bilet_identity.storage.access_tables import accounts, failed_sign_ins, refresh_tokens, sessions
from bilet_identity.storage.expired import forget
from bilet_identity.storage.sealing import Vault
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.statements import Statement

_FIND_SESSION = Statement(
    select(
        refresh_tokens.c.used_at,
        refresh_tokens.c.expires_at,
        sessions.c.expires_at.label("session_expires_at"),
        sessions.c.revoked_at,
        sessions.c.session_id,
        sessions.c.subject_id,
        sessions.c.role,
    )
    .join(sessions, sessions.c.session_id == refresh_tokens.c.session_id)
    .where(refresh_tokens.c.token_hash == bindparam("digest"))
    .with_for_update()
)
_ADD_TOKEN = insert(refresh_tokens).values(
    token_hash=bindparam("digest"), session_id=bindparam("session"), expires_at=bindparam("until")
)
_USE_TOKEN = (
    update(refresh_tokens).where(refresh_tokens.c.token_hash == bindparam("used")).values(used_at=bindparam("now"))
)
_START_TOKENS = Statement(_ADD_TOKEN)
_NEXT_TOKEN = Statement(_ADD_TOKEN.add_cte(_USE_TOKEN.cte("exchanged")))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account:
    """Who signs in by a login, with the argon2 hash of the password; `kind` is student or staff."""

    subject_id: UUID
    kind: str
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in subject under one acting role."""

    session_id: UUID
    subject_id: UUID
    role: str


async def add(tx: Transaction, vault: Vault, account: Account, *, login: str) -> None:
    """Insert a new account.

    Raises:
        LoginTaken: another account has the login.
    """
    statement = upsert(accounts).values(
        account_id=new_id(),
        subject_id=account.subject_id,
        kind=account.kind,
        login_index=_index(vault, login),
        password_hash=account.password_hash,
        created_at=tx.now,
    )
    written = statement.on_conflict_do_nothing(index_elements=["login_index"]).returning(accounts.c.account_id)
    if await tx.value(written) is None:
        raise LoginTaken


async def has_account(tx: Transaction, subject_id: UUID) -> bool:
    """Whether the subject has an account already."""
    return bool(await tx.value(select(exists().where(accounts.c.subject_id == subject_id))))


async def find(tx: Transaction, vault: Vault, login: str) -> Account | None:
    """Find the account of a login."""
    statement = select(accounts.c.subject_id, accounts.c.kind, accounts.c.password_hash)
    row = await tx.row(statement.where(accounts.c.login_index == _index(vault, login)))
    return Account(subject_id=row[0], kind=row[1], password_hash=row[2]) if row else None


async def begin_attempt(tx: Transaction, vault: Vault, login: str, *, now: datetime) -> None:
    """Count an attempt as failed before the password is looked at, so that parallel guesses do not slip through.

    Raises:
        SignInLocked: the login is locked at this real time.
    """
    index = _index(vault, login)
    start = upsert(failed_sign_ins).values(login_index=index, attempts=0, locked_until=now)
    locked = start.on_conflict_do_update(index_elements=["login_index"], set_={"login_index": index})
    columns = failed_sign_ins.c
    row = (await tx.rows(locked.returning(columns.attempts, columns.locked_until)))[0]
    if row.locked_until > now:
        raise SignInLocked(ceil((row.locked_until - now).total_seconds()))
    attempts = row.attempts + 1
    changed = {"attempts": attempts, "locked_until": now + locked_for(attempts)}
    await tx.run(update(failed_sign_ins).where(columns.login_index == index).values(**changed))


async def forget_attempts(tx: Transaction, vault: Vault, login: str) -> None:
    """Forget the failures of a login, after the right password."""
    await tx.run(delete(failed_sign_ins).where(failed_sign_ins.c.login_index == _index(vault, login)))


async def forget_old_attempts(tx: Transaction, *, before: datetime) -> bool:
    """Delete failures whose lock ended before an instant; whether there may be more."""
    return await forget(tx, failed_sign_ins.c.locked_until, before)


def _index(vault: Vault, login: str) -> bytes:
    return vault.index("login", login.casefold())


async def start_session(tx: Transaction, session: Session, *, now: datetime) -> None:
    """Insert a new session."""
    await tx.run(
        insert(sessions).values(
            session_id=session.session_id,
            subject_id=session.subject_id,
            role=session.role,
            created_at=now,
            expires_at=now + SESSION_TERM,
        )
    )


async def add_token(tx: Transaction, token: str, session_id: UUID, *, expires_at: datetime) -> None:
    """Insert the first refresh token of a session, as a digest."""
    await tx.run(_START_TOKENS, digest=_digest(token), session=session_id, until=expires_at)


async def exchange_token(
    tx: Transaction, used: str, token: str, session_id: UUID, *, now: datetime, expires_at: datetime
) -> None:
    """Mark a refresh token as exchanged and insert the next one of its session, in one statement."""
    await tx.run(_NEXT_TOKEN, used=_digest(used), now=now, digest=_digest(token), session=session_id, until=expires_at)


async def find_session(tx: Transaction, token: str) -> tuple[RefreshToken, Session] | None:
    """Load a refresh token with its session, locked until the transaction ends."""
    row = await tx.row(_FIND_SESSION, digest=_digest(token))
    if row is None:
        return None
    expires_at = min(row.expires_at, row.session_expires_at)
    stored = RefreshToken(used_at=row.used_at, expires_at=expires_at, session_revoked=row.revoked_at is not None)
    return stored, Session(session_id=row.session_id, subject_id=row.subject_id, role=row.role)


async def revoke_session(tx: Transaction, session_id: UUID, *, now: datetime) -> None:
    """End a session with all its tokens."""
    where = (sessions.c.session_id == session_id) & sessions.c.revoked_at.is_(None)
    await tx.run(update(sessions).where(where).values(revoked_at=now))


async def forget_expired_sessions(tx: Transaction, *, now: datetime) -> bool:
    """Delete sessions past their term; whether there may be more."""
    return await forget(tx, sessions.c.expires_at, now)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
