"""How much a run measures: enough to be believed, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Attributes:
    runs: each run measures everything once, floors included.
    samples: latencies per run.
    events: in a full outbox.
    bookings: requests per run.
    seconds: of a floor that is measured by time.
    open_loop_seconds: of answers at a fixed rate.
    rows: attempts in the psychologist's file.
    letters: that wait when a worker starts.
    ordinary: requests to each ordinary route.
    troubled: share of the requests that meet replicas in trouble.
    takeovers: of each kind in a run; the worst counts.
    """

    runs: int
    samples: int
    events: int
    bookings: int
    seconds: int
    open_loop_seconds: int
    rows: int
    letters: int
    ordinary: int
    troubled: float
    takeovers: int


FULL = Effort(
    runs=3,
    samples=2_000,
    events=20_000,
    bookings=6_000,
    seconds=8,
    open_loop_seconds=60,
    rows=1_000_000,
    letters=6_000,
    ordinary=4_000,
    troubled=1.0,
    takeovers=20,
)
QUICK = Effort(
    runs=1,
    samples=200,
    events=5_000,
    bookings=2_000,
    seconds=3,
    open_loop_seconds=5,
    rows=200_000,
    letters=2_000,
    ordinary=1_000,
    troubled=0.3,
    takeovers=3,
)
