"""Fast paths: a hot route is answered without dependency injection whenever its request is in order.

The declared route stays: it documents the address, and it answers every request that the fast path leaves to it.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from bilet_kit.web.auth import Principal, current_principal
from bilet_kit.web.problems import Problem

JSON = "application/json"
_EMPTY_BODY = b"{}"

B = TypeVar("B", bound=BaseModel)
FastAnswer = Callable[[Request, Principal, B], Awaitable[Response | None]]


def fast_path(answer: FastAnswer[B], *, role: str, body: type[B]) -> type[APIRoute]:
    """Make the route class of a hot path.

    Args:
        answer: answers a request in order, or returns None to leave it to the declared route.
        role: the acting role the route is for; everybody else takes the declared route, which refuses them.
        body: the model of the request's body; a body that does not fit it takes the declared route, which says why.
    """

    class FastPath(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            slow_path = super().get_route_handler()

            async def handle(request: Request) -> Response:
                principal = await _principal_in(request, role)
                given = await _body_as(request, body) if principal else None
                if principal is None or given is None:
                    return await slow_path(request)
                return await answer(request, principal, given) or await slow_path(request)

            return handle

    return FastPath


async def _principal_in(request: Request, role: str) -> Principal | None:
    try:
        principal = await current_principal(request)
    except Problem:
        return None
    return principal if principal.role == role else None


async def _body_as(request: Request, model: type[B]) -> B | None:
    content = await request.body()
    if content and request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
        return None
    try:
        return model.model_validate_json(content or _EMPTY_BODY)
    except ValidationError:
        return None
