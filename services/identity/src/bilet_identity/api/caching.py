"""Answers that no cache on their way may keep."""

from fastapi import Depends, Response


async def forbid_storing(response: Response) -> None:
    """Keep tokens and names out of every cache (RFC 6749, section 5.1)."""
    response.headers["Cache-Control"] = "no-store"


NO_STORE = Depends(forbid_storing)
