"""Proof that whoever ends a sign-in began it: code challenge and verifier as in PKCE (RFC 7636), method S256 alone.

Without it somebody could send a stranger's browser to a callback of their own, and the stranger would go on, without
noticing, as the wrong person (login CSRF, RFC 9700, section 4.7).
"""

import base64
import hashlib
import hmac


def challenge_of(verifier: str) -> str:
    """Compute the challenge of a verifier: 43 characters of base64url (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def proves(verifier: str, challenge: str) -> bool:
    """Whether the challenge was made of this verifier (RFC 7636, section 4.6)."""
    return hmac.compare_digest(challenge_of(verifier), challenge)
