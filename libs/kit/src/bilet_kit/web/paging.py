"""Cursors of lists, and answers that a client may keep (ETag and 304)."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Request, Response

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


MOMENT = "[0-9]{1,16}"
UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CODE = r"[^\x00-\x1f_]{1,80}"
"""Parts of cursors, as OpenAPI shows them: whatever fits the pattern of a list can be read, so it is never refused."""


def to_cursor(*place: datetime | UUID | int | str) -> str:
    """Write the place where a page ends; moments in microseconds since 1970, for PostgreSQL knows no finer ones."""
    return "_".join(_part(part) for part in place)


def moment_of(part: str) -> datetime:
    """Read a moment of a cursor, aware UTC."""
    return _EPOCH + timedelta(microseconds=int(part))


def _part(part: datetime | UUID | int | str) -> str:
    return str((part - _EPOCH) // timedelta(microseconds=1)) if isinstance(part, datetime) else str(part)


def page_of(rows: Sequence[T], limit: int, place: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Split rows into this page and the cursor of the next one, if there is one."""
    page = rows[:limit]
    return page, place(page[-1]) if len(rows) > limit else None


def tag_of(body: bytes) -> str:
    """Compute the ETag of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def kept(request: Request, body: bytes, tag: str, cache_control: str) -> Response:
    """Answer the body, or 304 to a client that has it."""
    headers = {"ETag": tag, "Cache-Control": cache_control}
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def to_json(items: Sequence[dict[str, Any]], next_cursor: str | None) -> bytes:
    """Write a page's bytes; rows bring subclasses of `str` as names and of `UUID` as ids, unknown to orjson."""
    plain = [{str(name): value for name, value in item.items()} for item in items]
    return orjson.dumps({"items": plain, "next_cursor": next_cursor}, default=str)
