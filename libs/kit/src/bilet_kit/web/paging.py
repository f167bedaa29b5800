"""Cursors of lists, and answers that a client may keep (ETag and 304)."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from fastapi import Request, Response

from bilet_kit.web.problems import FieldFault, Problem

T = TypeVar("T")
P = TypeVar("P")


def to_cursor(*place: object) -> str:
    """Write the place where a page ends as an opaque cursor."""
    return urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def from_cursor(cursor: str | None, read: Callable[..., P]) -> P | None:
    """Read the place that a cursor stands for.

    Raises:
        Problem: 422 for what is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        return read(*orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    except (Base64Error, ValueError, TypeError, AttributeError):
        fault = FieldFault("cursor", "Не курсор этого списка")
        raise Problem(422, "request-invalid", "Запрос заполнен неверно", errors=[fault]) from None


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
