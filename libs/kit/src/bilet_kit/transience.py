"""Errors that pass by themselves: the same work may succeed later."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# Classes of PostgreSQL's SQLSTATE: connection, rollback by the server, resources, object in use, operator.
_PASSING_CLASSES = ("08", "40", "53", "55", "57")


def is_transient(error: BaseException) -> bool:
    """Whether the cause is a database that is away or restarting, the network, a deadlock or a time limit."""
    if isinstance(error, (OSError, asyncpg.InterfaceError, PoolTimeoutError, asyncpg.InternalClientError)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return isinstance(state, str) and state[:2] in _PASSING_CLASSES
