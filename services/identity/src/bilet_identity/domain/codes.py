"""Codes that people read from paper and type in: activation of roster entries, invitations, first passwords.

No attempt is counted: 15 letters of 31 are 74 bits. Even when all seven million pupils of the country hold an open
code at once, one guess in 2^51 finds any of them; at a thousand guesses a second that takes seventy thousand years.
"""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: they are confused in print and in speech."""

LENGTH = 15
_GROUP = 5
_CONFUSED = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")


def new_code() -> str:
    """Make a code like `7KQM2-XWDP9-HT4CV`, with 74 bits of entropy."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def normalise_code(typed: str) -> str:
    """Normalise a typed code: without case, spaces and dashes, Cyrillic look-alikes replaced by Latin letters."""
    return re.sub(r"[\s-]+", "", typed).upper().translate(_CONFUSED)
