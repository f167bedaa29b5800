"""Who may see and do what with a booking: by role and by object, from projections, never from the token."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.events import Maker, Role


class ActingRole(StrEnum):
    """The role in which somebody asks, as the access token names it."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    MENTOR = "mentor"
    SCHOOL_COORDINATOR = "school-coordinator"
    SITE_COORDINATOR = "site-coordinator"
    REGIONAL_OPERATOR = "regional-operator"
    FEDERAL_OPERATOR = "federal-operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a member of the staff acts in one role."""

    role: str
    region_code: str
    school_code: str | None = None
    site_code: str | None = None
    staff_code: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody signed in: a pupil, a guardian, or staff with the scopes of the acting role."""

    role: str
    id: UUID
    scopes: tuple[Scope, ...] = ()


def may_see(asker: Asker, booking: Booking, standing: Standing | None) -> bool:
    """Whether the asker may know that this booking exists."""
    appointment = booking.appointment
    match asker.role:
        case ActingRole.STUDENT:
            return asker.id == booking.student_id
        case ActingRole.GUARDIAN:
            return standing is not None and standing.may_be_decided_by(asker.id)
        case ActingRole.MENTOR:
            return (appointment.region_code, appointment.mentor_code) in _places(asker.scopes, "staff_code")
        case ActingRole.SITE_COORDINATOR:
            return (appointment.region_code, appointment.site_code) in _places(asker.scopes, "site_code")
        case ActingRole.REGIONAL_OPERATOR:
            return appointment.region_code in {scope.region_code for scope in asker.scopes}
        case _:
            return False


def may_decide(asker: Asker, booking: Booking, standing: Standing | None) -> bool:
    """Whether the asker approves or declines: a verified guardian, and at 18 the pupil alone."""
    if asker.role == ActingRole.STUDENT:
        return asker.id == booking.student_id and standing is not None and standing.decides_alone
    return asker.role == ActingRole.GUARDIAN and may_see(asker, booking, standing)


def may_read_advice(asker: Asker) -> bool:
    """Whether the asker reads the mentor's text: free text about a child is for child, guardian and mentor."""
    return asker.role in {ActingRole.STUDENT, ActingRole.GUARDIAN, ActingRole.MENTOR}


def as_maker(asker: Asker) -> Maker:
    """The asker as the maker of a decision about a booking."""
    roles = {ActingRole.STUDENT: Role.STUDENT, ActingRole.GUARDIAN: Role.GUARDIAN}
    return Maker(roles.get(ActingRole(asker.role), Role.COORDINATOR), asker.id)


def _places(scopes: Iterable[Scope], code: str) -> set[tuple[str, str | None]]:
    return {(scope.region_code, getattr(scope, code)) for scope in scopes}
