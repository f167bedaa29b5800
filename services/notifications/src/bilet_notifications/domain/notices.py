"""What people are notified of, and who they are.

A notice is one fact to notify of. It becomes deliveries, one per recipient and channel, once its pupil is known.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, Recipient, Student

GUARDIANS_AWAITED_FOR = timedelta(hours=1)
PROCESSING = "processing"
REGISTERED = "registered"
_CONSENT_REQUESTS = UUID("0198f0c2-5c3e-7a55-8f0e-3d9a4f6f2b11")


class Template(StrEnum):
    """A message, named by the stem of its template."""

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
    """Who around a pupil is notified."""

    STUDENT = "student"
    GUARDIANS = "guardians"
    MENTOR = "mentor"


TEMPLATE_VERSIONS: Mapping[Template, int] = {**dict.fromkeys(Template, 2), Template.FEEDBACK_READY: 1}
"""The version of the text by which new messages are written; older messages keep theirs."""

LAST_STAGE = 3
_FAMILY = frozenset({Audience.STUDENT, Audience.GUARDIANS})
_EVERYBODY = _FAMILY | {Audience.MENTOR}
AUDIENCES: Mapping[Template, frozenset[Audience]] = {
    Template.CONSENT_REQUESTED: frozenset({Audience.GUARDIANS}),
    Template.APPROVAL_REQUESTED: frozenset({Audience.GUARDIANS}),
    Template.BOOKING_APPROVED: _EVERYBODY,
    Template.BOOKING_DECLINED: _FAMILY,
    Template.BOOKING_EXPIRED: _FAMILY,
    Template.BOOKING_CANCELLED: _EVERYBODY,
    Template.FEEDBACK_READY: frozenset({Audience.STUDENT}),
    Template.DIAGNOSTICS_COMPLETED: _FAMILY,
    Template.RECOMMENDATION_ISSUED: _FAMILY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One fact to notify of.

    Attributes:
        fact_id: tells a repeat; a recipient is notified of a fact once per channel.
        occurred_at: business time of the fact.
        variables: what the template needs, without personal data: instants, codes and ids.
    """

    fact_id: UUID
    template: Template
    student_id: UUID
    region_code: str
    occurred_at: datetime
    mentor_id: UUID | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def consent_request_id(student_id: UUID) -> UUID:
    """Derive the fact that consent is asked for a pupil, so that each guardian is asked once however often a state comes."""
    return uuid5(_CONSENT_REQUESTS, str(student_id))


def consent_is_missing(*, status: str, decides_alone: bool, purposes: Collection[str]) -> bool:
    """Whether the guardians are to be asked for their consent: a new pupil under 18 cannot take part without it."""
    return status == REGISTERED and not decides_alone and PROCESSING not in purposes


def as_far_as_approved(notice: Notice, *, approved: bool) -> Notice:
    """Leave the mentor out of what became of a booking that was never approved: mentors hear of approved ones only."""
    return notice if approved else replace(notice, mentor_id=None)


def is_told_by_the_completion(stage: int, *, sequence: int, completed_at: int | None) -> bool:
    """Whether the message that the diagnostics are completed tells of this stage as well.

    The last stage, taken for the first time, completes them, and its two facts are one message. Taken again, it has
    feedback of its own. Both numbers are of the pupil's key; the completion's is None until it has arrived.
    """
    return stage == LAST_STAGE and (completed_at is None or sequence < completed_at)


def can_be_announced(notice: Notice, student: Student, *, waited: timedelta) -> bool:
    """Whether all recipients are known by now.

    A pupil under 18 without a guardian is one whose newer state is still under way, until it was awaited for an hour;
    `waited` is real time.
    """
    if Audience.GUARDIANS not in AUDIENCES[notice.template] or student.decides_alone or student.guardian_ids:
        return True
    return waited >= GUARDIANS_AWAITED_FOR


def recipients(notice: Notice, student: Student) -> tuple[Recipient, ...]:
    """List who is notified: the pupil, the guardians unless the pupil decides alone, the mentor of the slot."""
    audience = AUDIENCES[notice.template]
    told: list[Recipient] = []
    if Audience.STUDENT in audience:
        told.append(Recipient(STUDENT, student.student_id))
    if Audience.GUARDIANS in audience:
        told += [Recipient(GUARDIAN, guardian_id) for guardian_id in student.listeners]
    if Audience.MENTOR in audience and notice.mentor_id is not None:
        told.append(Recipient(STAFF, notice.mentor_id))
    return tuple(dict.fromkeys(told))
