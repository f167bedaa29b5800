"""What every published event is made of: a frozen model that knows its type, its topic and its key."""

import re
from typing import ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict

Topic = Literal[
    "identity.events",
    "identity.staff",
    "diagnostics.events",
    "booking.events",
    "booking.catalogue",
    "notifications.events",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)

_NAME = re.compile(r"(?P<words>(?:[A-Z][a-z]+)+)V(?P<version>[1-9][0-9]*)")


def owner_of(topic: str) -> str:
    """Name the one service that writes a topic: `identity` of `identity.events`."""
    return topic.partition(".")[0]


class Part(BaseModel):
    """A piece of an event: frozen, tolerant of unknown fields, and its errors never repeat the input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Part):
    """A fact, named in the past tense with its version: `BookingApprovedV1`.

    A concrete event is declared with its service, topic and key:
    `class BookingApprovedV1(Event, service="booking", topic="booking.events", key="student_id")`.
    Its CloudEvents type follows from the class name: `booking.booking-approved.v1`.

    Attributes:
        type: the CloudEvents type.
        topic: the Kafka topic the event is published to.
        key_field: the field whose value is the Kafka key.
        compacted: the topic keeps the last whole entity of a key; gaps in its sequence are normal.
        always_handled: consumed even while earlier records of the same key are parked.
    """

    type: ClassVar[str]
    topic: ClassVar[Topic]
    key_field: ClassVar[str]
    compacted: ClassVar[bool]
    always_handled: ClassVar[bool]

    region_code: str

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        service: str = "",
        topic: Topic | None = None,
        key: str = "",
        always_handled: bool = False,
        **kwargs: object,
    ) -> None:
        """Derive the type from the class name; a base class without a service stays abstract."""
        super().__pydantic_init_subclass__(**kwargs)
        if topic is None:
            return
        cls.type = f"{service}.{_kebab(cls.__name__)}"
        cls.topic = topic
        cls.key_field = key
        cls.compacted = topic == "booking.catalogue"
        cls.always_handled = always_handled
        if key not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: no field {key!r} to be the key")
        if owner_of(topic) != service:
            raise TypeError(f"{cls.__name__}: {topic} belongs to {owner_of(topic)}, not to {service}")

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Keep the declaration's keywords away from `object`, which takes none."""

    @property
    def key(self) -> str:
        """The Kafka key: the id whose events keep their order."""
        return str(getattr(self, self.key_field))

    def to_json(self) -> bytes:
        """Write the record's value."""
        return self.model_dump_json().encode()

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Read a record's value; unknown fields are passed over.

        Raises:
            pydantic.ValidationError: the value is not this event.
        """
        return cls.model_validate_json(value)


def _kebab(class_name: str) -> str:
    match = _NAME.fullmatch(class_name)
    if match is None:
        raise TypeError(f"{class_name}: an event is named in CamelCase and ends in its version, as BookingApprovedV1")
    words = re.findall(r"[A-Z][a-z]+", match["words"])
    return f"{'-'.join(words).lower()}.v{match['version']}"
