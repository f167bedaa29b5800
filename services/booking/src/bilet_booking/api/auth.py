"""Who may call what; objects and scopes come from projections, not from the token."""

from typing import Annotated

from fastapi import Depends, Request

from bilet_booking.domain.access import Asker
from bilet_booking.storage.repository import asker_of
from bilet_kit.web.auth import CurrentPrincipal, Principal, current_principal, require_role
from bilet_kit.web.transactions import Tx

Student = Annotated[Principal, Depends(require_role("student"))]


async def known_asker(principal: CurrentPrincipal, tx: Tx) -> Asker:
    """Whoever is signed in, with the scopes of the acting role."""
    return await asker_of(tx, principal.role, principal.subject)


AnyAsker = Annotated[Asker, Depends(known_asker)]


def asker_in(*roles: str) -> object:
    """A dependency: the asker, if the acting role is one of these; otherwise 403."""
    allowed = require_role(*roles)

    async def check(principal: Annotated[Principal, Depends(allowed)], tx: Tx) -> Asker:
        return await asker_of(tx, principal.role, principal.subject)

    return Depends(check)


Decider = Annotated[Asker, asker_in("student", "guardian")]
Canceller = Annotated[Asker, asker_in("student", "guardian", "site-coordinator")]
Mentor = Annotated[Asker, asker_in("mentor")]
Operator = Annotated[Asker, asker_in("regional-operator")]
Overseer = Annotated[Asker, asker_in("regional-operator", "federal-operator", "school-coordinator")]


async def optional_student(request: Request) -> Principal | None:
    """The signed-in pupil, if a pupil is signed in: the catalogue is open to everybody."""
    if "authorization" not in request.headers:
        return None
    principal = await current_principal(request)
    return principal if principal.role == "student" else None


OptionalStudent = Annotated[Principal | None, Depends(optional_student)]
