"""What the routes need besides the transaction."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.storage.answers import HotAnswers
from bilet_diagnostics.use_cases.submitting import Desk
from bilet_kit.storage.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Instruments and hot paths of this process, and its database for work that outlasts a transaction."""

    database: Database
    library: Library
    answers: HotAnswers
    desk: Desk


def parts_of(request: Request) -> Parts:
    """Find the parts of the service that answers a request."""
    return cast("Parts", request.app.state.parts)


async def running_parts(request: Request) -> Parts:
    """Find the parts as a dependency."""
    return parts_of(request)


RunningParts = Annotated[Parts, Depends(running_parts)]
