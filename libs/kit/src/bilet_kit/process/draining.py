"""How a process leaves: on SIGTERM it says that it is not ready, serves on until its gateway has seen it, then ends."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Draining:
    """Whether this process has been asked to end.

    Attributes:
        begun: from then on it is not ready.
    """

    def __init__(self) -> None:
        self.begun = False

    @contextmanager
    def on_sigterm(self, seconds: float) -> Iterator[None]:
        """Pass SIGTERM on to the server `seconds` after it came; without a server that handles it, leave it alone."""
        end = signal.getsignal(signal.SIGTERM)
        if not callable(end):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin() -> None:
            self.begun = True
            loop.call_later(seconds, end, signal.SIGTERM, None)

        loop.add_signal_handler(signal.SIGTERM, begin)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
            signal.signal(signal.SIGTERM, end)
