"""The echo service over HTTP: one route for every part of the kit."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from bilet_kit.web.auth import CurrentPrincipal, Principal, require_role
from bilet_kit.web.idempotency import Idempotent
from bilet_kit.web.transactions import Tx
from tests.support.echo_service.domain import Called, EchoError, Forgotten, Moved, SlotFullError

router = APIRouter(prefix="/echo")


class Call(BaseModel):
    caller_id: UUID
    number: int = Field(ge=1)
    mood: str = Field(default="calm", max_length=20)


class Move(BaseModel):
    caller_id: UUID
    place: str = Field(min_length=1, max_length=20)


class Caller(BaseModel):
    caller_id: UUID


@router.post("/calls", status_code=201)
async def call(body: Call, tx: Tx) -> Call:
    await tx.execute("INSERT INTO calls (caller_id, number) VALUES ($1, $2)", body.caller_id, body.number)
    tx.record(Called(body.caller_id, body.number, body.mood))
    return body


@router.post("/calls/once")
async def call_once(body: Call, tx: Tx, idempotent: Idempotent) -> Response:
    await tx.execute("INSERT INTO calls (caller_id, number) VALUES ($1, $2)", body.caller_id, body.number)
    return await idempotent.answer(201, body)


@router.post("/moves", status_code=201)
async def move(body: Move, tx: Tx) -> Move:
    tx.record(Moved(**body.model_dump()))
    return body


@router.post("/forgettings", status_code=201)
async def forget(body: Caller, tx: Tx) -> Caller:
    tx.record(Forgotten(**body.model_dump()))
    return body


@router.post("/slots/{slot_id}/seats", status_code=201)
async def take_seat(slot_id: UUID, body: Caller, tx: Tx) -> Caller:
    if not await tx.fetch(CLAIM, slot_id):
        raise SlotFullError("Все места заняты")
    await tx.execute("INSERT INTO seats (slot_id, caller_id) VALUES ($1, $2)", slot_id, body.caller_id)
    return body


CLAIM = "UPDATE slots SET taken = taken + 1 WHERE slot_id = $1 AND taken < capacity RETURNING taken"


@router.get("/me")
async def me(principal: CurrentPrincipal) -> dict[str, str]:
    return {"subject": str(principal.subject), "role": principal.role}


@router.get("/mentors-only")
async def mentors_only(principal: Annotated[Principal, Depends(require_role("mentor"))]) -> dict[str, str]:
    return {"subject": str(principal.subject)}


@router.get("/refusal")
async def refuse() -> None:
    raise EchoError("Эхо молчит")


@router.get("/accident/{secret}")
async def accident(secret: str) -> None:
    raise ZeroDivisionError(secret)
