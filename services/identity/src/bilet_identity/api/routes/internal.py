"""Routes for our own services only, which the gateway does not route."""

from fastapi import APIRouter

from bilet_identity.api.auth import CallingService
from bilet_identity.api.caching import NO_STORE
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.people import ContactsInput, ContactsView, ContactView
from bilet_identity.use_cases import people
from bilet_kit.web.transactions import Tx

router = APIRouter(prefix="/internal/v1", dependencies=[NO_STORE], include_in_schema=False)


@router.post("/contacts", summary="Адреса получателей")
async def read_contacts(tx: Tx, parts: RunningParts, service: CallingService, asked: ContactsInput) -> ContactsView:
    """Find whom to greet and where to write, at the moment of sending."""
    found = await people.contacts(tx, parts.vault, asked.ids, service=service)
    return ContactsView(items=[ContactView.of(contact) for contact in found])
