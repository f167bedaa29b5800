"""Staff and their scopes: who may do what where, and who may invite whom."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bilet_identity.domain.errors import ScopeNotYours


class StaffRole(StrEnum):
    """Roles of grown-ups who work in the programme."""

    MENTOR = "mentor"
    SCHOOL_COORDINATOR = "school-coordinator"
    SITE_COORDINATOR = "site-coordinator"
    REGIONAL_OPERATOR = "regional-operator"
    FEDERAL_OPERATOR = "federal-operator"
    METHODOLOGIST = "methodologist"
    DATA_PROTECTION_OFFICER = "data-protection-officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A role within a region, narrowed to a school or a site; mentors carry the region's code for them."""

    role: StaffRole
    region_code: str
    school_code: str | None = None
    site_code: str | None = None
    staff_code: str | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the staff and all their scopes."""

    staff_id: UUID
    person_id: UUID
    scopes: tuple[Scope, ...]

    def scopes_as(self, role: str) -> tuple[Scope, ...]:
        """The scopes in which they act under a role."""
        return tuple(scope for scope in self.scopes if scope.role == role)


_INVITES = {
    StaffRole.FEDERAL_OPERATOR: frozenset(StaffRole) - {StaffRole.FEDERAL_OPERATOR},
    StaffRole.REGIONAL_OPERATOR: frozenset(
        {StaffRole.MENTOR, StaffRole.SCHOOL_COORDINATOR, StaffRole.SITE_COORDINATOR, StaffRole.METHODOLOGIST}
    ),
}
_NARROWED_BY = {
    StaffRole.MENTOR: ("site_code", "staff_code"),
    StaffRole.SCHOOL_COORDINATOR: ("school_code",),
    StaffRole.SITE_COORDINATOR: ("site_code",),
}


def may_hand_over(inviter: Scope, invited: Scope) -> bool:
    """Whether the holder of a scope may know the first code of another: whoever knows it can become its holder."""
    try:
        check_invitation(inviter, invited)
    except ScopeNotYours:
        return False
    return True


def check_invitation(inviter: Scope, invited: Scope) -> None:
    """See that a member of the staff may give out a scope.

    Raises:
        ScopeNotYours: the role is not below the inviter's, the region is another, or the scope is too wide.
    """
    if invited.role not in _INVITES.get(inviter.role, frozenset()):
        raise ScopeNotYours
    if inviter.role is not StaffRole.FEDERAL_OPERATOR and inviter.region_code != invited.region_code:
        raise ScopeNotYours
    missing = [name for name in _NARROWED_BY.get(invited.role, ()) if getattr(invited, name) is None]
    if missing:
        raise ScopeNotYours(f"Для этой роли нужно указать: {', '.join(missing)}.")
