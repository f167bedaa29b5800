"""Who may call what: users by role with their present scopes, services by their own tokens."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from bilet_identity.api.parts import RunningParts
from bilet_identity.domain.staff import STAFF_ROLES
from bilet_identity.security.services import ServiceUnknownError
from bilet_identity.use_cases.staff import scopes_of
from bilet_kit.access import ActingRole, Asker, Scope
from bilet_kit.web.auth import CurrentPrincipal, Principal, require_role, unauthorized
from bilet_kit.web.problems import Problem
from bilet_kit.web.transactions import Tx

StudentOnly = Annotated[Principal, Depends(require_role("student"))]
GuardianOnly = Annotated[Principal, Depends(require_role("guardian"))]
Family = Annotated[Principal, Depends(require_role("student", "guardian"))]


async def current_asker(principal: CurrentPrincipal, tx: Tx) -> Asker:
    """Find who is asking, with the scopes held now, whatever the token was issued for."""
    scopes: tuple[Scope, ...] = ()
    if principal.role in STAFF_ROLES:
        scopes = await scopes_of(tx, principal.subject, principal.role)
    return Asker(subject=principal.subject, role=principal.role, scopes=scopes)


CurrentAsker = Annotated[Asker, Depends(current_asker)]


def staff_as(*roles: ActingRole) -> Callable[[Asker], Awaitable[Asker]]:
    """Make a dependency: the asker, if acting in one of these roles and still holding it; otherwise 403."""

    async def check(asker: CurrentAsker) -> Asker:
        if asker.role not in roles or not asker.scopes:
            raise Problem(403, "role-not-allowed", "Это действие не для вашей роли")
        return asker

    return check


Operator = Annotated[Asker, Depends(staff_as(ActingRole.REGIONAL_OPERATOR))]
Inviter = Annotated[Asker, Depends(staff_as(ActingRole.REGIONAL_OPERATOR, ActingRole.FEDERAL_OPERATOR))]
RosterKeeper = Annotated[Asker, Depends(staff_as(ActingRole.REGIONAL_OPERATOR, ActingRole.SCHOOL_COORDINATOR))]


async def calling_service(request: Request, parts: RunningParts) -> str:
    """Name the service of ours that asks.

    Raises:
        Problem: 401 without a good token of a trusted service.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("token-missing", "Нужен токен сервиса")
    try:
        return parts.services.verify(token)
    except ServiceUnknownError:
        raise unauthorized("token-invalid", "Токен сервиса не принят") from None


CallingService = Annotated[str, Depends(calling_service)]
