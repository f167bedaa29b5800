"""Access tokens (JWT, ES256), the public half of their key, and one-time secrets."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm

ACCESS_TERM = timedelta(minutes=5)
ALGORITHM = "ES256"


class SigningKeyInvalidError(ValueError):
    """The configured signing key is no private key on the curve P-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an access token says: who, in which role, of which session."""

    subject: UUID
    role: str
    session_id: UUID


class AccessTokens:
    """Issues access tokens signed by one key, and publishes the key as a JWK set (RFC 7517)."""

    def __init__(self, pem: str, *, issuer: str, audience: str) -> None:
        self._key = _load(pem)
        self._issuer = issuer
        self._audience = audience
        public = json.loads(ECAlgorithm.to_jwk(self._key.public_key()))
        self._kid = _thumbprint(public)
        self.jwks: dict[str, Any] = {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": ALGORITHM}]}

    def issue(self, claims: Claims, *, now: datetime) -> str:
        """Issue a token that is valid for five minutes of real time."""
        body = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.subject),
            "role": claims.role,
            "sid": str(claims.session_id),
            "iat": now,
            "exp": now + ACCESS_TERM,
        }
        return jwt.encode(body, self._key, algorithm=ALGORITHM, headers={"kid": self._kid})


def new_secret() -> str:
    """256 bits of chance for refresh tokens, states and one-time codes."""
    return secrets.token_urlsafe(32)


def _load(pem: str) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except ValueError:
        raise SigningKeyInvalidError("the signing key is not a PEM private key") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise SigningKeyInvalidError("the signing key must be on the curve P-256")
    return key


def _thumbprint(jwk: dict[str, Any]) -> str:
    """Compute the JWK's own name (RFC 7638)."""
    required = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()
