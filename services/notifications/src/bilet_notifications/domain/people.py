"""The people who are notified, as far as notifications knows them: ids, never names or contacts."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

RecipientKind = Literal["student", "guardian", "staff"]

STUDENT: RecipientKind = "student"
GUARDIAN: RecipientKind = "guardian"
STAFF: RecipientKind = "staff"


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Somebody who is notified, by the id of the acting role."""

    kind: RecipientKind
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A recipient as somebody to write to.

    Attributes:
        unwanted: names of the channels that the recipient switched off.
        dismissed: belonged to the staff and has no role left.
    """

    recipient: Recipient
    unwanted: frozenset[str] = frozenset()
    dismissed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """What notifications knows of a pupil.

    Attributes:
        decides_alone: 18 or older, so guardians are not notified.
        purposes: consents in force.
        withdrawn: names of the channels whose consent was withdrawn and not given again since.
    """

    student_id: UUID
    decides_alone: bool
    guardian_ids: tuple[UUID, ...]
    purposes: frozenset[str]
    withdrawn: frozenset[str] = frozenset()

    @property
    def listeners(self) -> tuple[UUID, ...]:
        """The guardians who may be notified about the pupil."""
        return () if self.decides_alone else self.guardian_ids
