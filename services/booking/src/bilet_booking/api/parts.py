"""What the routes need besides the transaction, found in the running service."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_booking.api.keeping import KeptPages
from bilet_booking.storage.desk import ClaimDesk


@dataclass(frozen=True, slots=True)
class Parts:
    """The hot path of this process, and the catalogue pages it keeps."""

    desk: ClaimDesk
    pages: KeptPages


def running_parts(request: Request) -> Parts:
    """Find the parts of the service that answers this request, for a fast path; routes depend on `RunningParts`."""
    return cast("Parts", request.app.state.parts)


async def _running_parts(request: Request) -> Parts:
    return running_parts(request)


RunningParts = Annotated[Parts, Depends(_running_parts)]
