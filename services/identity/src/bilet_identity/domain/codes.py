"""Codes that people read from paper and type in: activation of roster entries, invitations, first passwords."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: they are confused in print and in speech."""

LENGTH = 12
_GROUP = 4
_CONFUSED = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")


def new_code() -> str:
    """A code like `7KQM-2XWD-P9HT`: 59 bits of chance."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def normalise_code(typed: str) -> str:
    """A code as typed, without case, spaces and dashes, and with Cyrillic look-alikes put right."""
    return re.sub(r"[\s-]+", "", typed).upper().translate(_CONFUSED)
