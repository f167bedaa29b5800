"""Personal data at rest: sealed with AES-GCM, found again by keyed fingerprints."""

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class SealBrokenError(Exception):
    """A sealed value was changed, moved to another row or column, or sealed with another key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs: it opens nowhere else."""

    table: str
    column: str
    subject: object

    def associated_data(self) -> bytes:
        """Write the place as the bytes that the seal covers."""
        return f"{self.table}\x00{self.column}\x00{self.subject}".encode()


class Vault:
    """Seals and opens personal data, and makes blind indexes of it, with keys derived from one secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("the key of personal data must have 32 bytes")
        self._cipher = AESGCM(_derive(secret, b"bilet/identity/seal/1"))
        self._index_key = _derive(secret, b"bilet/identity/index/1")

    def seal(self, text: str, place: Place) -> bytes:
        """Seal a text as version, nonce and ciphertext, bound to its place."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), place.associated_data())

    def open(self, sealed: bytes, place: Place) -> str:
        """Open a sealed text.

        Raises:
            SealBrokenError: changed, moved, or another key.
        """
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, place.associated_data()).decode()
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{place.table}.{place.column}") from None

    def index(self, kind: str, value: str) -> bytes:
        """Compute the keyed fingerprint (HMAC-SHA-256) by which equal values of one kind are found unopened."""
        return hmac.digest(self._index_key, f"{kind}\x00{value}".encode(), sha256)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)
