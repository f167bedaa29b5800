"""Twins of the kit with one promise broken each; the checker must turn red on every one of them.

A process of the echo service reads ECHO_SABOTAGE and breaks itself before it starts.
"""

import os
from collections.abc import Callable

from tests.support.sabotage import count_then_insert, default_ack, no_inbox, skipping_relay

VARIABLE = "ECHO_SABOTAGE"
KINDS: dict[str, Callable[[], None]] = {
    "no-inbox": no_inbox.apply,
    "relay-after-last-seen": skipping_relay.apply,
    "count-then-insert": count_then_insert.apply,
    "default-ack": default_ack.apply,
}


def from_environment() -> None:
    """Break this process as ECHO_SABOTAGE says; without it nothing is broken."""
    if kind := os.environ.get(VARIABLE):
        KINDS[kind]()
