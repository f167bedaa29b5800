"""Bodies of what operators and coordinators send and get: schools, rosters, staff."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from bilet_identity.api.schemas import Code, DirectoryCode, Email, Name, NewAccount, RegionCode, Request
from bilet_identity.domain.staff import StaffRole


class SchoolAnswer(BaseModel):
    """A school; its code is unique within the region."""

    region_code: str
    school_code: str
    name: str
    municipality: str


class Schools(BaseModel):
    """A page of schools."""

    items: list[SchoolAnswer]
    next_cursor: str | None


class RowFault(BaseModel):
    """A row that was not taken, counted from 1 over data rows."""

    row: int
    column: str
    reason: str
    detail: str


class RosterWarningAnswer(BaseModel):
    """Something to look at."""

    code: str
    detail: str


class RosterAnswer(BaseModel):
    """What became of every row of a roster."""

    roster_id: UUID
    region_code: str
    school_code: str
    rows: int
    accepted: int
    rejected: list[RowFault]
    reasons: dict[str, int]
    warnings: list[RosterWarningAnswer]
    imported_at: datetime


class ImportAnswer(BaseModel):
    """What became of the rows of a directory file."""

    accepted: int
    rejected: list[RowFault]


class NewStaff(Request):
    """Somebody joins the staff in one scope."""

    last_name: Name
    first_name: Name
    patronymic: Name | None = None
    email: Email
    role: StaffRole
    region_code: RegionCode
    school_code: DirectoryCode | None = None
    site_code: DirectoryCode | None = None
    staff_code: DirectoryCode | None = None


class StaffAnswer(BaseModel):
    """A new member of the staff, with the code for the first password."""

    staff_id: UUID
    activation_code: str


class StaffActivation(NewAccount):
    """Login and first password by an activation code."""

    code: Code


class ActivatedStaff(BaseModel):
    """Who can sign in now."""

    staff_id: UUID
