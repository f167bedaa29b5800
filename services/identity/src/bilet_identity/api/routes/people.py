"""Names, for those who may see them."""

from fastapi import APIRouter

from bilet_identity.api import schemas
from bilet_identity.api.answers import me_answer
from bilet_identity.api.auth import CurrentAsker, RunningParts
from bilet_identity.api.caching import NO_STORE
from bilet_identity.use_cases import people
from bilet_kit.web.transactions import Tx

router = APIRouter(dependencies=[NO_STORE])


@router.get("/me")
async def read_me(tx: Tx, parts: RunningParts, asker: CurrentAsker) -> schemas.Me:
    """Whoever asks."""
    return me_answer(asker.subject, asker.role, await people.myself(tx, parts.vault, asker))


@router.post("/people/resolve")
async def resolve(
    tx: Tx, parts: RunningParts, asker: CurrentAsker, body: schemas.PeopleRequest
) -> schemas.PeopleAnswer:
    """Names of those the asker may see; the others are absent."""
    found = await people.resolve(tx, parts.vault, asker, body.ids)
    return schemas.PeopleAnswer(
        items=[
            schemas.PersonAnswer(
                id=subject, last_name=name.last_name, first_name=name.first_name, patronymic=name.patronymic
            )
            for subject, name in found.items()
        ]
    )
