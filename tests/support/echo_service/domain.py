"""What happens in the echo service, and what it refuses."""

from dataclasses import dataclass
from uuid import UUID


class EchoError(Exception):
    """A rule of the echo service says no."""

    code = "echo-refused"
    title = "Эхо не отвечает"


class UnbearableError(EchoError):
    """A call that can never be answered."""

    code = "unbearable"
    title = "На такое эхо не отвечает никогда"


class SlotFullError(EchoError):
    """All seats of the slot are taken."""

    code = "slot-full"
    title = "Мест больше нет"


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody called."""

    caller_id: UUID
    number: int
    mood: str = "calm"


@dataclass(frozen=True, slots=True)
class Moved:
    """A caller is somewhere else now."""

    caller_id: UUID
    place: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A caller wants to be forgotten."""

    caller_id: UUID


@dataclass(frozen=True, slots=True)
class Echoed:
    """A call was answered."""

    caller_id: UUID
    number: int
