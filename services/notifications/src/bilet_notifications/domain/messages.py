"""A person's own inbox, as it is read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_notifications.domain.scenes import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of an inbox, not rendered yet.

    Attributes:
        created_at: business time.
        read_at: business time at which its owner first read it.
    """

    message_id: UUID
    student_id: UUID
    wording: Wording
    created_at: datetime
    read_at: datetime | None

    @property
    def booking_id(self) -> UUID | None:
        """The booking that the message is about, if it is about one."""
        found = self.wording.variables.get("booking_id")
        return None if found is None else UUID(found)
