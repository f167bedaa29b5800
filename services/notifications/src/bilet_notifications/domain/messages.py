"""A person's own inbox, as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bilet_notifications.domain.people import RecipientKind
from bilet_notifications.domain.scenes import Scene, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of an inbox, not rendered yet.

    Attributes:
        created_at: business time.
        read_at: business time at which its owner first read it.
    """

    message_id: UUID
    student_id: UUID
    template: str
    template_version: int
    variables: Mapping[str, str]
    created_at: datetime
    read_at: datetime | None

    def wording(self, reader: RecipientKind, scene: Scene) -> Wording:
        """Gather what its words follow from."""
        return Wording(
            template=self.template,
            version=self.template_version,
            variables=self.variables,
            reader=reader,
            scene=scene,
        )

    @property
    def booking_id(self) -> UUID | None:
        """The booking that the message is about, if it is about one."""
        found = self.variables.get("booking_id")
        return None if found is None else UUID(found)
