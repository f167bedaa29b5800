"""Errors that pass by themselves, so that the same work may succeed later."""

import re

import asyncpg

# Classes of PostgreSQL's SQLSTATE: connection, rollback by the server, resources, object in use, operator.
_PASSING_CLASSES = ("08", "40", "53", "55", "57")
_STATEMENT_TOOK_TOO_LONG = "57014"
_CLOSED_CONNECTION = re.compile(r"\bclos(ed|ing)\b|cannot switch to state")
"""asyncpg raises one class for closed connections and for wrong calls alike; only its message tells them apart. The last
words are about one that the server has ended, which the client has not read yet."""

_OF_FILES = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)


def is_transient(error: BaseException) -> bool:
    """Whether the cause is a database that is away or restarting, the network, a deadlock, a time limit or an old plan.

    A plan is old when a migration changed what its statement gives back; the next try is planned anew.

    A statement that took its full time is not transient: it would take it again.
    """
    if isinstance(error, OSError):
        return not isinstance(error, _OF_FILES)
    if isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
        return bool(_CLOSED_CONNECTION.search(str(error)))
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return True
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state[:2] in _PASSING_CLASSES and state != _STATEMENT_TOOK_TOO_LONG
