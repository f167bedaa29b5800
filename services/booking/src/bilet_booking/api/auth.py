"""Who may call what; scopes come from the projection `staff`, and the rules about objects stand in `domain/access.py`."""

from typing import Annotated

from fastapi import Depends, Request

from bilet_kit.access import ActingRole, Asker
from bilet_kit.web.askers import asker_in
from bilet_kit.web.auth import Principal, current_principal, require_role

Student = Annotated[Principal, Depends(require_role(ActingRole.STUDENT))]
Decider = Annotated[Asker, asker_in(ActingRole.STUDENT, ActingRole.GUARDIAN)]
Canceller = Annotated[Asker, asker_in(ActingRole.STUDENT, ActingRole.GUARDIAN, ActingRole.SITE_COORDINATOR)]
Mentor = Annotated[Asker, asker_in(ActingRole.MENTOR)]
Operator = Annotated[Asker, asker_in(ActingRole.REGIONAL_OPERATOR)]
Overseer = Annotated[
    Asker, asker_in(ActingRole.REGIONAL_OPERATOR, ActingRole.FEDERAL_OPERATOR, ActingRole.SCHOOL_COORDINATOR)
]


async def optional_student(request: Request) -> Principal | None:
    """Find the signed-in pupil, if it is a pupil who asks: the catalogue is open to everybody.

    A route that is a hot path awaits it rather than have it injected, which costs more than the check.

    Raises:
        Problem: 401 for a token that is not accepted.
    """
    if "authorization" not in request.headers:
        return None
    principal = await current_principal(request)
    return principal if principal.role == ActingRole.STUDENT else None
