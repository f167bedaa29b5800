"""The stand-in's RS256 tokens, with the claims that ESIA's have."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from bilet_esia_standin import refusals
from bilet_esia_standin.grants import Grant
from bilet_esia_standin.people import Person


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token lets its bearer read: one person's data, by scope."""

    oid: str
    scopes: frozenset[str]


class Tokens:
    """Issues and checks tokens with one RSA key."""

    def __init__(self, *, signing_key: str, issuer: str, client_id: str, lifetime: timedelta) -> None:
        self._signing_key = jwt.get_algorithm_by_name("RS256").prepare_key(signing_key)
        self._public_key = self._signing_key.public_key()
        self._issuer = issuer
        self._client_id = client_id
        self._lifetime = int(lifetime.total_seconds())

    def answer(self, grant: Grant, person: Person, state: str) -> dict[str, Any]:
        """Write the token endpoint's answer for an exchanged code."""
        session = str(uuid.uuid4())
        return {
            "access_token": self._access_token(grant, session),
            "id_token": self._id_token(grant, person, session),
            "state": state,
            "token_type": "Bearer",
            "expires_in": self._lifetime,
        }

    def read_access(self, token: str) -> Access:
        """Read what the token allows. Raises Refusal when it is not ours or has expired."""
        try:
            claims = jwt.decode(
                token,
                self._public_key,
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"require": ["exp", "iss", "scope", "urn:esia:sbj_id"]},
            )
        except jwt.InvalidTokenError:
            raise refusals.invalid_token() from None
        scopes = frozenset(item.partition("?")[0] for item in str(claims["scope"]).split())
        return Access(oid=str(claims["urn:esia:sbj_id"]), scopes=scopes)

    def _access_token(self, grant: Grant, session: str) -> str:
        claims = {
            "urn:esia:sbj_id": int(grant.oid),
            "scope": " ".join(f"{scope}?oid={grant.oid}" for scope in grant.scopes),
            "client_id": self._client_id,
            "urn:esia:sid": session,
        }
        return self._sign(claims, kind="access")

    def _id_token(self, grant: Grant, person: Person, session: str) -> str:
        subject: dict[str, Any] = {
            "urn:esia:sbj:typ": "P",
            "urn:esia:sbj:oid": int(grant.oid),
            "urn:esia:sbj:nam": f"OID.{grant.oid}",
        }
        if person.trusted:
            subject["urn:esia:sbj:is_tru"] = True
        claims: dict[str, Any] = {
            "aud": self._client_id,
            "sub": grant.oid,
            "auth_time": int(time.time()),
            "amr": "PWD",
            "urn:esia:amd": "PWD",
            "urn:esia:sid": session,
            "urn:esia:sbj": subject,
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        return self._sign(claims, kind="id")

    def _sign(self, claims: dict[str, Any], *, kind: str) -> str:
        now = int(time.time())
        times = {"iss": self._issuer, "iat": now, "nbf": now, "exp": now + self._lifetime}
        return jwt.encode(claims | times, self._signing_key, algorithm="RS256", headers={"ver": 1, "sbt": kind})
