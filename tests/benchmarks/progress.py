"""What a benchmark is doing now, on the terminal: one line that is rewritten, or a line now and then in a log."""

import sys
import time

_LOG_EVERY = 10.0


class Progress:
    """Says what is going on."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._said_at = 0.0

    def step(self, text: str) -> None:
        """Something new begins."""
        print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)

    def count(self, text: str, done: int, total: int) -> None:
        """So much of it is done."""
        if self._live:
            print(f"\r\033[K  {text}: {done} of {total}", end="" if done < total else "\n", flush=True)
        elif time.monotonic() - self._said_at > _LOG_EVERY:
            self._said_at = time.monotonic()
            print(f"  {text}: {done} of {total}", flush=True)


PROGRESS = Progress()
