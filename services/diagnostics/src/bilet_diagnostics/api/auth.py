"""Who may call what; scopes of the staff come from what identity told, not from the token."""

from typing import Annotated

from fastapi import Depends

from bilet_diagnostics.domain.access import Asker
from bilet_diagnostics.storage.access import asker_of
from bilet_kit.web.auth import Principal, require_role
from bilet_kit.web.transactions import Tx

Student = Annotated[Principal, Depends(require_role("student"))]
Family = Annotated[Principal, Depends(require_role("student", "guardian"))]


def asker_in(*roles: str) -> object:
    """A dependency: the asker, if the acting role is one of these; otherwise 403."""
    allowed = require_role(*roles)

    async def check(principal: Annotated[Principal, Depends(allowed)], tx: Tx) -> Asker:
        return await asker_of(tx, principal.role, principal.subject)

    return Depends(check)


Reader = Annotated[Asker, asker_in("student", "guardian", "mentor")]
SchoolCoordinator = Annotated[Asker, asker_in("school-coordinator")]
Methodologist = Annotated[Asker, asker_in("methodologist")]
