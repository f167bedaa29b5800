"""What the routes need besides the transaction, found in the running service."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_notifications.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Parts:
    """What turns deliveries into words."""

    renderer: Renderer


async def running_parts(request: Request) -> Parts:
    """The parts of the service that answers this request."""
    return cast("Parts", request.app.state.parts)


RunningParts = Annotated[Parts, Depends(running_parts)]
