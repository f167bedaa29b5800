"""What the routes need besides the transaction."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_notifications.rendering.texts import Renderer


@dataclass(frozen=True, slots=True)
class Parts:
    """What turns messages into words."""

    renderer: Renderer


def parts_of(request: Request) -> Parts:
    """Find the parts of the service that answers a request."""
    return cast("Parts", request.app.state.parts)


async def running_parts(request: Request) -> Parts:
    """Find the parts as a dependency."""
    return parts_of(request)


RunningParts = Annotated[Parts, Depends(running_parts)]
