"""Answers that show a one-time code, which their idempotency record holds sealed.

The kit keeps an answer for 24 hours as it was given; here it is given a sealed one to keep, and a repeat gets it opened.
Sealing was preferred to deriving codes from the ids of their rows, which would store no answer at all but would leave
every code that was ever given out computable for as long as the key lives; a sealed answer goes with its record.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.sealed import SealedView
from bilet_identity.storage.sealing import Place, Vault
from bilet_kit.web.auth import CurrentPrincipal
from bilet_kit.web.idempotency import HEADER, IdempotentRequest, Replayed, idempotent_request
from bilet_kit.web.transactions import Tx


@dataclass(frozen=True, slots=True)
class SealedRequest:
    """A creating request that has not been answered yet, and whose answer will be kept sealed."""

    idempotent: IdempotentRequest
    vault: Vault
    place: Place

    async def answer(self, status: int, body: BaseModel) -> Response:
        """Store the sealed answer with the work it reports, and return the open one."""
        content = body.model_dump_json()
        sealed = b64encode(self.vault.seal(content, self.place)).decode()
        await self.idempotent.answer(status, SealedView(sealed=sealed))
        return Response(content, status, media_type="application/json")


async def sealed_request(
    request: Request,
    tx: Tx,
    parts: RunningParts,
    principal: CurrentPrincipal,
    key: Annotated[str | None, Header(alias=HEADER)] = None,
) -> SealedRequest:
    """Admit a POST by a signed-in user whose answer shows a one-time code.

    Raises:
        Problem: as the kit's `idempotent_request`.
        Replayed: the request was answered before; this is the opened answer.
    """
    place = Place("idempotency_keys", "body", f"{principal.subject}\n{key}")
    try:
        return SealedRequest(await idempotent_request(request, tx, key), parts.vault, place)
    except Replayed as repeat:
        sealed = b64decode(SealedView.model_validate_json(repeat.body).sealed)
        raise Replayed(repeat.status, parts.vault.open(sealed, place).encode()) from None


IdempotentSealed = Annotated[SealedRequest, Depends(sealed_request)]
