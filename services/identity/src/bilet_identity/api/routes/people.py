"""Names, for those who may see them."""

from fastapi import APIRouter

from bilet_identity.api.auth import CurrentAsker
from bilet_identity.api.caching import NO_STORE
from bilet_identity.api.parts import RunningParts
from bilet_identity.api.schemas.people import MeView, PeopleInput, PeopleView, PersonView
from bilet_identity.use_cases import people
from bilet_kit.web.transactions import Tx

router = APIRouter(dependencies=[NO_STORE])


@router.get("/me", summary="Кто я")
async def read_me(tx: Tx, parts: RunningParts, asker: CurrentAsker) -> MeView:
    """Describe whoever asks."""
    return MeView.of(asker, await people.myself(tx, parts.vault, asker))


@router.post("/people/resolve", summary="Узнать имена")
async def resolve(tx: Tx, parts: RunningParts, asker: CurrentAsker, body: PeopleInput) -> PeopleView:
    """Resolve ids to names, for those the asker may see; the others are left out."""
    found = await people.resolve(tx, parts.vault, asker, body.ids)
    return PeopleView(items=[PersonView.of(subject, name) for subject, name in found.items()])
