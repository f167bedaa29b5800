"""Who may call what: everybody signed in, for their own inbox."""

from typing import Annotated

from fastapi import Depends

from bilet_kit.access import ActingRole
from bilet_kit.web.auth import CurrentPrincipal
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Recipient, RecipientKind

_FAMILY: dict[str, RecipientKind] = {ActingRole.STUDENT: STUDENT, ActingRole.GUARDIAN: GUARDIAN}


def current_owner(principal: CurrentPrincipal) -> Recipient:
    """Find whose inbox is meant: every role that is not of a family is staff."""
    return Recipient(_FAMILY.get(principal.role, STAFF), principal.subject)


Owner = Annotated[Recipient, Depends(current_owner)]
