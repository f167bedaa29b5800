"""`/admin/persons`: loading the persons of a demo or a test. ESIA has nothing like it."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bilet_esia_standin.people import Person
from bilet_esia_standin.standin import Running

router = APIRouter(prefix="/admin/persons")


class LoadedPersons(BaseModel):
    """A batch of accounts."""

    persons: list[Person]


class KnownPersons(BaseModel):
    """How many accounts the stand-in knows now."""

    known: int


@router.put("")
async def load(batch: LoadedPersons, standin: Running) -> KnownPersons:
    """Add accounts, replacing those with the same oid."""
    standin.people.load(batch.persons)
    return KnownPersons(known=len(standin.people))


@router.delete("", status_code=204)
async def clear(standin: Running) -> Response:
    """Forget every account."""
    standin.people.clear()
    return Response(status_code=204)
