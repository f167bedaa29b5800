"""Who may see and do what with a booking: by role and by object, from projections, never from the token."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bilet_booking.domain.booking import Booking
from bilet_booking.domain.eligibility import Standing
from bilet_booking.domain.errors import RegionForbidden
from bilet_booking.domain.events import Maker, Role
from bilet_kit.access import ActingRole, Asker

_MAKERS: Mapping[str, Role] = {ActingRole.STUDENT: Role.STUDENT, ActingRole.GUARDIAN: Role.GUARDIAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which bookings somebody may know of: those that fit any of these. Storage turns it into a condition of a query.

    Attributes:
        student: whose own bookings.
        guardian: bookings of the pupils this guardian decides for.
        mentors: bookings of these mentors' slots, each as (region code, mentor code).
        sites: bookings at these sites, each as (region code, site code).
        regions: all bookings in these regions.
    """

    student: UUID | None = None
    guardian: UUID | None = None
    mentors: frozenset[tuple[str, str]] = frozenset()
    sites: frozenset[tuple[str, str]] = frozenset()
    regions: frozenset[str] = frozenset()


def reach_of(asker: Asker) -> Reach:
    """Say which bookings the asker may know of; a role that is not named here reaches none."""
    match asker.role:
        case ActingRole.STUDENT:
            return Reach(student=asker.subject)
        case ActingRole.GUARDIAN:
            return Reach(guardian=asker.subject)
        case ActingRole.MENTOR:
            return Reach(mentors=frozenset((s.region_code, s.staff_code) for s in asker.scopes if s.staff_code))
        case ActingRole.SITE_COORDINATOR:
            return Reach(sites=frozenset((s.region_code, s.site_code) for s in asker.scopes if s.site_code))
        case ActingRole.REGIONAL_OPERATOR:
            return Reach(regions=frozenset(s.region_code for s in asker.scopes))
        case _:
            return Reach()


def may_see(asker: Asker, booking: Booking, standing: Standing | None) -> bool:
    """Tell whether the asker may know that this booking exists."""
    reach, slot = reach_of(asker), booking.appointment
    return (
        booking.student_id == reach.student
        or (standing is not None and reach.guardian is not None and standing.may_be_decided_by(reach.guardian))
        or (slot.region_code, slot.mentor_code) in reach.mentors
        or (slot.region_code, slot.site_code) in reach.sites
        or slot.region_code in reach.regions
    )


def may_decide(asker: Asker, booking: Booking, standing: Standing | None) -> bool:
    """Tell whether the asker approves or declines: any verified guardian, and at 18 the pupil alone."""
    if asker.role == ActingRole.STUDENT:
        return asker.subject == booking.student_id and standing is not None and standing.decides_alone
    return asker.role == ActingRole.GUARDIAN and may_see(asker, booking, standing)


def may_read_advice(asker: Asker) -> bool:
    """Tell whether the asker reads the mentor's text: free text about a child is for child, guardian and mentor."""
    return asker.role in {ActingRole.STUDENT, ActingRole.GUARDIAN, ActingRole.MENTOR}


def as_maker(asker: Asker) -> Maker:
    """Name the asker as the maker of a decision; everybody but pupil and guardian decides as a coordinator."""
    return Maker(_MAKERS.get(asker.role, Role.COORDINATOR), asker.subject)


def region_of(asker: Asker, wanted: str | None) -> str:
    """Choose the region an operator works in: the wanted one if it is theirs, else their only one.

    Raises:
        RegionForbidden: it is not theirs, or they have several and named none.
    """
    region_code = asker.region(wanted)
    if region_code is None:
        raise RegionForbidden
    return region_code


def schools_of(asker: Asker, region_code: str) -> list[str] | None:
    """List the schools whose pupils the asker counts in a region; None means all of them."""
    if asker.role != ActingRole.SCHOOL_COORDINATOR:
        return None
    return [scope.school_code for scope in asker.scopes if scope.region_code == region_code and scope.school_code]
