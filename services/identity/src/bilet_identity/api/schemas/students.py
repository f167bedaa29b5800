"""A pupil's account."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field

from bilet_identity.api.schemas.fields import Code, DirectoryCode, Email, Login, Name, NewPassword, RegionCode
from bilet_identity.domain.consent import Purpose
from bilet_identity.domain.student import Student, snapshot
from bilet_kit.web.schemas import Input, View


class AccountInput(Input):
    """A login and a password of 10 to 128 characters."""

    login: Login
    password: NewPassword


class StudentInput(AccountInput):
    """A new account; `region_code` may be omitted where the school's code is unique in the country."""

    last_name: Name
    first_name: Name
    patronymic: Name | None = None
    birth_date: date
    region_code: RegionCode | None = None
    school_code: DirectoryCode
    grade: int = Field(ge=6, le=11)
    snils: str | None = Field(default=None, max_length=20)
    email: Email | None = None


class RosterClaimInput(AccountInput):
    """A pupil's claim to a place in a school's roster."""

    code: Code
    email: Email | None = None


class StudentView(View):
    """A student's own state."""

    student_id: UUID
    status: str
    region_code: str
    school_code: str
    grade: int
    decides_alone: bool
    purposes: list[Purpose]

    @classmethod
    def of(cls, student: Student, today: date) -> Self:
        """View a student as of a day of the region."""
        state = snapshot(student, today)
        return cls(
            student_id=state.student_id,
            status=state.status.value,
            region_code=state.region_code,
            school_code=state.school_code,
            grade=state.grade,
            decides_alone=state.decides_alone,
            purposes=list(state.purposes),
        )
