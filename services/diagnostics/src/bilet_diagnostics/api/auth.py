"""Who may call what."""

from typing import Annotated

from fastapi import Depends

from bilet_kit.auth import Principal, require_role

Student = Annotated[Principal, Depends(require_role("student"))]
Family = Annotated[Principal, Depends(require_role("student", "guardian"))]
