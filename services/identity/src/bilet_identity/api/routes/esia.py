"""Guardians sign in through ESIA (Госуслуги)."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse

from bilet_identity.api.parts import Parts, RunningParts
from bilet_identity.api.schemas.sessions import EsiaRedirectView, EsiaSignInInput
from bilet_identity.esia import EsiaError, EsiaPerson, EsiaUnavailable
from bilet_identity.use_cases import guardians
from bilet_kit.clock import real_now
from bilet_kit.web.problems import Problem
from bilet_kit.web.transactions import RunningDatabase, Tx

router = APIRouter(prefix="/esia")

Parameter = Annotated[str, Query(min_length=1, max_length=4096)]


@router.post("/sign-ins", status_code=201, summary="Начать вход через Госуслуги")
async def begin_sign_in(tx: Tx, parts: RunningParts, body: EsiaSignInInput) -> EsiaRedirectView:
    """Begin a sign-in through ESIA, which stays open for ten minutes and works once, in the same browser."""
    state = await guardians.begin_sign_in(
        tx, parts.vault, code_challenge=body.code_challenge, invitation_code=body.invitation_code, now=real_now()
    )
    return EsiaRedirectView(authorize_url=parts.esia.authorize_url(state))


@router.get("/callback", status_code=303, response_class=RedirectResponse, summary="Возвращение с Госуслуг")
async def come_back(
    database: RunningDatabase,
    parts: RunningParts,
    state: Parameter,
    code: Annotated[str | None, Query(max_length=4096)] = None,
) -> RedirectResponse:
    """Receive the browser from ESIA and send it on to the cabinet, with a code that works once within a minute."""
    async with database.transaction() as tx:
        sign_in = await guardians.take_sign_in(tx, parts.vault, state, now=real_now())
    if code is None:
        raise Problem(403, "esia-declined", "Вход через Госуслуги отменён", "Войти можно ещё раз в любой момент.")
    person = await _person(parts, code, state)
    async with database.transaction() as tx:
        one_time = await guardians.complete_sign_in(tx, parts.vault, person, sign_in, now=real_now())
    address = f"{parts.public_url.rstrip('/')}/sign-in?{urlencode({'code': one_time})}"
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(address, status_code=303, headers=headers)


async def _person(parts: Parts, code: str, state: str) -> EsiaPerson:
    try:
        return await parts.esia.exchange(code, state=state)
    except EsiaUnavailable:
        detail = "Попробуйте войти ещё раз через несколько минут."
        raise Problem(503, "esia-unavailable", "Госуслуги сейчас не отвечают", detail) from None
    except EsiaError:
        raise Problem(403, "esia-refused", "Госуслуги не подтвердили вход", "Начните вход заново.") from None
