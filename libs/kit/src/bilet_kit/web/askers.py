"""Who asks, with rights: the principal of the token, and for staff the scopes that identity last told this service."""

from typing import Annotated

from fastapi import Depends

from bilet_kit.access import FAMILY, Asker
from bilet_kit.storage.database import Transaction
from bilet_kit.storage.staff import scopes_of
from bilet_kit.web.auth import CurrentPrincipal, Principal, require_role
from bilet_kit.web.transactions import Tx


async def asker_of(tx: Transaction, principal: Principal) -> Asker:
    """Find who is asking; scopes come from the projection `staff`, never from the token, which outlives a change."""
    if principal.role in FAMILY:
        return Asker(principal.role, principal.subject)
    return Asker(principal.role, principal.subject, tuple(await scopes_of(tx, principal.subject, principal.role)))


async def any_asker(principal: CurrentPrincipal, tx: Tx) -> Asker:
    """Dependency: whoever is signed in, whatever the role."""
    return await asker_of(tx, principal)


AnyAsker = Annotated[Asker, Depends(any_asker)]


def asker_in(*roles: str) -> object:
    """Make a dependency: the asker, if the acting role is one of these; otherwise 403."""
    allowed = require_role(*roles)

    async def check(principal: Annotated[Principal, Depends(allowed)], tx: Tx) -> Asker:
        return await asker_of(tx, principal)

    return Depends(check)
