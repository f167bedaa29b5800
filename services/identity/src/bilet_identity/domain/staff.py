"""Staff and their scopes: who may do what where, and who may invite whom."""

from dataclasses import dataclass
from uuid import UUID

from bilet_identity.domain.errors import RegionForbidden, ScopeNotYours
from bilet_kit.access import FAMILY, ActingRole, Asker, Scope

STAFF_ROLES = frozenset(ActingRole) - FAMILY
"""Roles of adults who work in the programme."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the staff and all their scopes."""

    staff_id: UUID
    person_id: UUID
    scopes: tuple[Scope, ...]

    def scopes_as(self, role: str) -> tuple[Scope, ...]:
        """List the scopes held in a role."""
        return tuple(scope for scope in self.scopes if scope.role == role)


_INVITES: dict[str, frozenset[ActingRole]] = {
    ActingRole.FEDERAL_OPERATOR: STAFF_ROLES - {ActingRole.FEDERAL_OPERATOR},
    ActingRole.REGIONAL_OPERATOR: frozenset(
        {ActingRole.MENTOR, ActingRole.SCHOOL_COORDINATOR, ActingRole.SITE_COORDINATOR, ActingRole.METHODOLOGIST}
    ),
}
_NARROWED_BY: dict[str, tuple[str, ...]] = {
    ActingRole.MENTOR: ("site_code", "staff_code"),
    ActingRole.SCHOOL_COORDINATOR: ("school_code",),
    ActingRole.SITE_COORDINATOR: ("site_code",),
}


def region_of(asker: Asker, wanted: str | None) -> str:
    """Choose the region an operator works in: the wanted one if it is theirs, else their only one.

    Raises:
        RegionForbidden: it is not theirs, or they have several and named none.
    """
    region_code = asker.region(wanted)
    if region_code is None:
        raise RegionForbidden
    return region_code


def may_hand_over(inviter: Scope, invited: Scope) -> bool:
    """Whether the holder of a scope may know the first code of another: whoever knows it can become its holder."""
    try:
        check_invitation(inviter, invited)
    except ScopeNotYours:
        return False
    return True


def check_invitation(inviter: Scope, invited: Scope) -> None:
    """Refuse a scope that the inviter must not hand out.

    Raises:
        ScopeNotYours: the role is not below the inviter's, the region is another, or the scope is too wide.
    """
    if invited.role not in _INVITES.get(inviter.role, frozenset()):
        raise ScopeNotYours
    if inviter.role != ActingRole.FEDERAL_OPERATOR and inviter.region_code != invited.region_code:
        raise ScopeNotYours
    missing = [name for name in _NARROWED_BY.get(invited.role, ()) if getattr(invited, name) is None]
    if missing:
        raise ScopeNotYours(f"Для этой роли нужно указать: {', '.join(missing)}.")
