"""Who may call what; scopes of the staff come from what identity published, not from the token."""

from typing import Annotated

from fastapi import Depends

from bilet_kit.access import ActingRole, Asker
from bilet_kit.web.askers import asker_in
from bilet_kit.web.auth import Principal, require_role

Student = Annotated[Principal, Depends(require_role(ActingRole.STUDENT))]
Family = Annotated[Principal, Depends(require_role(ActingRole.STUDENT, ActingRole.GUARDIAN))]
Reader = Annotated[Asker, asker_in(ActingRole.STUDENT, ActingRole.GUARDIAN, ActingRole.MENTOR)]
SchoolCoordinator = Annotated[Asker, asker_in(ActingRole.SCHOOL_COORDINATOR)]
Methodologist = Annotated[Asker, asker_in(ActingRole.METHODOLOGIST)]
