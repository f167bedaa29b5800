"""A breaker per provider: an outage costs no message an attempt, because nothing is offered until it is over."""

import time
from collections.abc import Callable
from uuid import UUID

import structlog
from prometheus_client import Gauge

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
IN_A_ROW = 2
"""So many different messages that fail one after the other speak of the provider, fewer of themselves."""

_OPEN = Gauge("bilet_notifications_provider_away", "1 while a provider is left alone after failures", ("provider",))
_log = structlog.get_logger()


class Breaker:
    """Remembers whether a provider is well: it waits after an outage, then lets one message try, then all.

    Only a connection that fails, or different messages that fail in a row, speak of the provider. The pause is
    doubled from 2 s to a minute while it stays away. `clock` gives seconds of real time.
    """

    def __init__(self, provider: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._clock = clock
        self._failed: set[UUID] = set()
        self._pause = 0.0
        self._closed_until = 0.0
        _OPEN.labels(provider).set(0)

    @property
    def is_away(self) -> bool:
        """Whether the provider is to be left alone now."""
        return bool(self._pause) and self._clock() < self._closed_until

    @property
    def is_on_trial(self) -> bool:
        """Whether the pause is over, and one message is to find out whether the provider is back."""
        return bool(self._pause) and not self.is_away

    def answered(self) -> None:
        """Note that the provider answered, whatever it said."""
        if self._pause:
            _log.info("provider-is-back", kind=self._provider)
        self._failed.clear()
        self._pause = 0.0
        _OPEN.labels(self._provider).set(0)

    def failed_at(self, message: UUID) -> None:
        """Note that a message failed without an answer."""
        self._failed.add(message)
        if len(self._failed) >= IN_A_ROW or self._pause:
            self.unreachable()

    def unreachable(self) -> None:
        """Note that the provider does not take connections; of those that fail during one pause, the first counts."""
        if self.is_away:
            return
        self._pause = min(self._pause * 2, LONGEST_PAUSE) if self._pause else FIRST_PAUSE
        self._closed_until = self._clock() + self._pause
        self._failed.clear()
        _OPEN.labels(self._provider).set(1)
        _log.warning("provider-is-away", kind=self._provider, retry_in=self._pause)
