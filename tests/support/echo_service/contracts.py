"""What the echo service says; its topics are taken from the environment so that tests on one broker do not meet."""

import os
from typing import cast
from uuid import UUID

from bilet_contracts.base import Event, Topic
from bilet_contracts.registry import by_type

CALLS = cast("Topic", os.environ.get("ECHO_CALLS_TOPIC", "echo.calls"))
ANSWERS = cast("Topic", os.environ.get("ECHO_ANSWERS_TOPIC", "echo.answers"))


class CalledV1(Event, service="echo", topic=CALLS, key="caller_id"):
    """Somebody called; `number` counts a caller's calls. `mood` lets a test spoil the handling."""

    caller_id: UUID
    number: int
    mood: str = "calm"


class CallerMovedV1(Event, service="echo", topic=CALLS, key="caller_id"):
    """The whole state of a caller."""

    caller_id: UUID
    place: str


class CallerForgottenV1(Event, service="echo", topic=CALLS, key="caller_id", always_handled=True):
    """The caller is to be forgotten, whatever waits before it."""

    caller_id: UUID


class EchoedV1(Event, service="echo", topic=ANSWERS, key="caller_id"):
    """The answer to one call."""

    caller_id: UUID
    number: int


EVENTS = by_type([CalledV1, CallerMovedV1, CallerForgottenV1, EchoedV1])
