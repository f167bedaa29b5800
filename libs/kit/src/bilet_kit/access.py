"""Who acts in which role and where: the one vocabulary of rights that identity assigns and every service checks.

Standard library only: this is the one module of the kit that a service's `domain` may import (ADR 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class ActingRole(StrEnum):
    """The role in which somebody asks, as the access token names it."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    MENTOR = "mentor"
    SCHOOL_COORDINATOR = "school-coordinator"
    SITE_COORDINATOR = "site-coordinator"
    REGIONAL_OPERATOR = "regional-operator"
    FEDERAL_OPERATOR = "federal-operator"
    METHODOLOGIST = "methodologist"
    DATA_PROTECTION_OFFICER = "data-protection-officer"


FAMILY = frozenset({ActingRole.STUDENT, ActingRole.GUARDIAN})
"""Roles whose rights follow from the pupil alone; everybody else is staff and acts within scopes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a member of the staff acts in one role.

    Attributes:
        role: a word of `ActingRole`, or one that a newer identity knows and this service does not.
        school_code: narrows a school coordinator to one school of the region.
        site_code: narrows a site coordinator to one site of the region.
        staff_code: by which the region's catalogue names a mentor.
    """

    role: str
    region_code: str
    school_code: str | None = None
    site_code: str | None = None
    staff_code: str | None = None

    @classmethod
    def from_json(cls, told: Mapping[str, str | None]) -> Self:
        """Read a scope as `staff-scope-changed` carries it; fields this version does not know are passed over."""
        return cls(
            role=str(told["role"]),
            region_code=str(told["region_code"]),
            school_code=told.get("school_code"),
            site_code=told.get("site_code"),
            staff_code=told.get("staff_code"),
        )


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody signed in, in one acting role.

    Attributes:
        subject: the id for the role: student_id, guardian_id or staff_id.
        scopes: those of the acting role; empty for pupils and guardians.
    """

    role: str
    subject: UUID
    scopes: tuple[Scope, ...] = ()

    def region(self, wanted: str | None) -> str | None:
        """Choose the region to act in: the wanted one if a scope covers it, else the only one; None if there is neither."""
        own = {scope.region_code for scope in self.scopes}
        if wanted is None:
            return own.pop() if len(own) == 1 else None
        everywhere = self.role == ActingRole.FEDERAL_OPERATOR and bool(own)
        return wanted if everywhere or wanted in own else None
