"""Other services of ours, known by tokens that they sign themselves (`private_key_jwt`, RFC 7523)."""

from collections.abc import Mapping
from datetime import timedelta

import jwt

AUDIENCE = "bilet-identity"
LONGEST_TERM = timedelta(seconds=120)


class ServiceUnknownError(Exception):
    """The token is no token of a service we trust."""


class TrustedServices:
    """Names of services with the public halves of their ES256 keys, as PEM."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = {name: jwt.get_algorithm_by_name("ES256").prepare_key(pem) for name, pem in keys.items()}

    def verify(self, token: str) -> str:
        """Verify a token and name the service that signed it for us.

        Raises:
            ServiceUnknownError: unknown issuer, another audience, wrong signature, expired, or good for too long.
        """
        try:
            name = jwt.decode(token, options={"verify_signature": False}).get("iss")
            key = self._keys.get(name) if isinstance(name, str) else None
            if key is None:
                raise ServiceUnknownError
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=AUDIENCE,
                issuer=name,
                options={"require": ["iss", "sub", "aud", "iat", "exp"]},
            )
        except jwt.PyJWTError:
            raise ServiceUnknownError from None
        if claims["sub"] != name or claims["exp"] - claims["iat"] > LONGEST_TERM.total_seconds():
            raise ServiceUnknownError
        return str(name)
