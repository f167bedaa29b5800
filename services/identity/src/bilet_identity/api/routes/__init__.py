"""All routes of identity, the public keys, and what only our own services may call."""

from fastapi import APIRouter

from bilet_identity.api.routes import (
    consents,
    directory,
    esia,
    guardianships,
    internal,
    keys,
    people,
    rosters,
    sessions,
    staff,
    students,
)

router = APIRouter()
for part in (students, sessions, esia, guardianships, consents, people, directory, rosters, staff):
    router.include_router(part.router, tags=[part.__name__.rpartition(".")[2]])
router.include_router(keys.router)
router.include_router(internal.router)
