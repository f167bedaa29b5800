"""What the routes need besides the transaction."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from bilet_identity.esia import EsiaClient
from bilet_identity.security.passwords import Passwords
from bilet_identity.security.services import TrustedServices
from bilet_identity.security.tokens import AccessTokens
from bilet_identity.storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Keys, hashes and ESIA of one process; `public_url` is where people open their cabinet."""

    vault: Vault
    tokens: AccessTokens
    passwords: Passwords
    services: TrustedServices
    esia: EsiaClient
    public_url: str


def parts_of(request: Request) -> Parts:
    """Find the parts of the service that answers a request."""
    return cast("Parts", request.app.state.parts)


async def running_parts(request: Request) -> Parts:
    """Find the parts as a dependency."""
    return parts_of(request)


RunningParts = Annotated[Parts, Depends(running_parts)]
