"""Who may see whose name: the asker's role and the ties between asker and person decide, never the token alone."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bilet_kit.access import ActingRole, Asker, Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """An approved booking lets its site and its mentor see who comes, until an instant; the region is the site's."""

    region_code: str
    site_code: str
    mentor_id: UUID | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person whose name is asked for, with the ties that may open it.

    Attributes:
        related: ids that may always see it: own guardians of a student, own children of a guardian.
        regions: regions whose operators may see it.
        schools: (region, school) pairs whose coordinators may see it.
    """

    subject: UUID
    related: frozenset[UUID] = frozenset()
    regions: frozenset[str] = frozenset()
    schools: frozenset[tuple[str, str]] = frozenset()
    grants: tuple[Grant, ...] = field(default=())


def may_see(asker: Asker, subject: Subject, *, now: datetime) -> bool:
    """Whether the asker may know this person's name."""
    if asker.subject == subject.subject or asker.subject in subject.related:
        return True
    return any(_opens(scope, asker.subject, subject, now) for scope in asker.scopes)


def _opens(scope: Scope, staff_id: UUID, subject: Subject, now: datetime) -> bool:
    open_grants = [grant for grant in subject.grants if grant.until > now]
    match scope.role:
        case ActingRole.REGIONAL_OPERATOR:
            return scope.region_code in subject.regions
        case ActingRole.SCHOOL_COORDINATOR:
            return scope.school_code is not None and (scope.region_code, scope.school_code) in subject.schools
        case ActingRole.SITE_COORDINATOR:
            site = (scope.region_code, scope.site_code)
            return any((grant.region_code, grant.site_code) == site for grant in open_grants)
        case ActingRole.MENTOR:
            return any(grant.mentor_id == staff_id for grant in open_grants)
        case _:
            return False
