"""From the asker's role to whose inbox is meant."""

from typing import Annotated

from fastapi import Depends

from bilet_kit.web.auth import CurrentPrincipal
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Recipient, RecipientKind

_FAMILY: dict[str, RecipientKind] = {"student": STUDENT, "guardian": GUARDIAN}


def current_owner(principal: CurrentPrincipal) -> Recipient:
    """The asker as the owner of an inbox; every role that is not of a family is staff."""
    return Recipient(_FAMILY.get(principal.role, STAFF), principal.subject)


Owner = Annotated[Recipient, Depends(current_owner)]
