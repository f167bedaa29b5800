"""What the routes need besides the transaction."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from bilet_booking.api.keeping import KeptPages
from bilet_booking.use_cases.claiming import ClaimDesk


@dataclass(frozen=True, slots=True)
class Parts:
    """The hot path of this process, and the catalogue pages it keeps."""

    desk: ClaimDesk
    pages: KeptPages


def parts_of(request: Request) -> Parts:
    """Find the parts of the service that answers this request; only hot paths use them, so they are not injected."""
    return cast("Parts", request.app.state.parts)
