"""Real time. Business time lives in each database: `business_now()`, `Transaction.now`."""

from datetime import UTC, datetime


def real_now() -> datetime:
    """Read real time, for tokens, leases, backoff and logs."""
    return datetime.now(UTC)
