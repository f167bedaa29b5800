"""The people who are told, as far as notifications know them: ids, never names or contacts."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

RecipientKind = Literal["student", "guardian", "staff"]

STUDENT: RecipientKind = "student"
GUARDIAN: RecipientKind = "guardian"
STAFF: RecipientKind = "staff"
EMAIL_PURPOSE = "notify-email"


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Somebody who is told: the id is the one of the acting role."""

    kind: RecipientKind
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A recipient as somebody to write to.

    Attributes:
        wants_email: the recipient's own switch; on unless switched off.
        dismissed: was staff and has no role left.
    """

    recipient: Recipient
    wants_email: bool = True
    dismissed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """What is known of a pupil.

    Attributes:
        decides_alone: 18 or older: guardians are told nothing.
        email_withdrawn: the consent to e-mails was taken back and not given again since.
    """

    student_id: UUID
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: frozenset[str]
    email_withdrawn: bool = False

    @property
    def listeners(self) -> tuple[UUID, ...]:
        """The guardians who may hear about the pupil."""
        return () if self.decides_alone else self.guardian_ids
