"""Password hashing with argon2id, away from the event loop and a few at a time."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_PARALLEL = 4


class Passwords:
    """Hashes and checks passwords with OWASP's parameters for argon2id (19 MiB, two passes)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._nobody = self._hasher.hash("nobody's password")
        self._places = asyncio.Semaphore(_PARALLEL)

    async def hash(self, password: str) -> str:
        """Hash a password by argon2id, with parameters and salt in the result."""
        async with self._places:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether the password belongs to the hash; without a hash it takes as long and does not."""
        async with self._places:
            fits = await asyncio.to_thread(self._verify, password, password_hash or self._nobody)
        return fits and password_hash is not None

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False
