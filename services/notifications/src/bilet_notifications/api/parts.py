"""What the routes need besides the transaction."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_notifications.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Parts:
    """What turns messages into words."""

    renderer: Renderer


async def running_parts(request: Request) -> Parts:
    """Find the parts of the running service."""
    return cast("Parts", request.app.state.parts)


RunningParts = Annotated[Parts, Depends(running_parts)]
