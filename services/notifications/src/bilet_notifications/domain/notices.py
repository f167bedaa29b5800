"""What people are told about, and who they are.

A notice is one fact to be told. It becomes deliveries, one per recipient and channel, once its pupil is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Recipient, Student

GUARDIANS_AWAITED_FOR = timedelta(hours=1)
_CONSENT_REQUESTS = UUID("0198f0c2-5c3e-7a55-8f0e-3d9a4f6f2b11")


class Template(StrEnum):
    """A message, by the stem of its template."""

    CONSENT_REQUESTED = "consent-requested"
    APPROVAL_REQUESTED = "approval-requested"
    BOOKING_APPROVED = "booking-approved"
    BOOKING_DECLINED = "booking-declined"
    BOOKING_EXPIRED = "booking-expired"
    BOOKING_CANCELLED = "booking-cancelled"
    FEEDBACK_READY = "feedback-ready"
    DIAGNOSTICS_COMPLETED = "diagnostics-completed"
    RECOMMENDATION_ISSUED = "recommendation-issued"


class Audience(StrEnum):
    """Who around a pupil is told."""

    STUDENT = "student"
    GUARDIANS = "guardians"
    MENTOR = "mentor"


TEMPLATE_VERSIONS: Mapping[Template, int] = dict.fromkeys(Template, 1)
"""The version of each text that new messages are written by; older ones keep theirs."""

_FAMILY = frozenset({Audience.STUDENT, Audience.GUARDIANS})
_EVERYBODY = _FAMILY | {Audience.MENTOR}
AUDIENCES: Mapping[Template, frozenset[Audience]] = {
    Template.CONSENT_REQUESTED: frozenset({Audience.GUARDIANS}),
    Template.APPROVAL_REQUESTED: frozenset({Audience.GUARDIANS}),
    Template.BOOKING_APPROVED: _EVERYBODY,
    Template.BOOKING_DECLINED: _EVERYBODY,
    Template.BOOKING_EXPIRED: _EVERYBODY,
    Template.BOOKING_CANCELLED: _EVERYBODY,
    Template.FEEDBACK_READY: frozenset({Audience.STUDENT}),
    Template.DIAGNOSTICS_COMPLETED: _FAMILY,
    Template.RECOMMENDATION_ISSUED: _FAMILY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One fact to be told.

    Attributes:
        fact_id: by which a repeat is known; a recipient hears of a fact once per channel.
        occurred_at: business time of the fact.
        variables: what the template needs; pseudonymous: instants, codes and ids.
    """

    fact_id: UUID
    template: Template
    student_id: UUID
    region_code: str
    occurred_at: datetime
    mentor_id: UUID | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def consent_request_id(student_id: UUID) -> UUID:
    """The fact that consent is asked for this pupil: each guardian is asked once, however often the state comes."""
    return uuid5(_CONSENT_REQUESTS, str(student_id))


def can_be_told(notice: Notice, student: Student, *, waited: timedelta) -> bool:
    """Whether all recipients are known by now.

    A pupil under 18 without a guardian is taken for one whose newer state is still under way; `waited` is how long
    (real time) we have been waiting for it.
    """
    if Audience.GUARDIANS not in AUDIENCES[notice.template] or student.decides_alone or student.guardian_ids:
        return True
    return waited >= GUARDIANS_AWAITED_FOR


def recipients(notice: Notice, student: Student) -> tuple[Recipient, ...]:
    """Who is told: the pupil, the guardians unless the pupil decides alone, the mentor of the slot."""
    audience = AUDIENCES[notice.template]
    told: list[Recipient] = []
    if Audience.STUDENT in audience:
        told.append(Recipient(STUDENT, student.student_id))
    if Audience.GUARDIANS in audience:
        told += [Recipient(GUARDIAN, guardian_id) for guardian_id in student.listeners]
    if Audience.MENTOR in audience and notice.mentor_id is not None:
        told.append(Recipient(STAFF, notice.mentor_id))
    return tuple(dict.fromkeys(told))
