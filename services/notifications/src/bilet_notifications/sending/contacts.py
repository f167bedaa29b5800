"""Identity's address book, asked at the moment of sending; what it answers is forgotten right after."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

import httpx
import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

ISSUER = "notifications"
AUDIENCE = "bilet-identity"
TOKEN_LIFETIME_SECONDS = 60
TIMEOUT = httpx.Timeout(5.0, connect=2.0)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to greet and where to write; kept out of `repr`, so that no log shows it.

    Attributes:
        email: None for somebody without an address.
    """

    email: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    patronymic: str | None = field(default=None, repr=False)


class ContactsUnavailableError(Exception):
    """Identity gave no contacts now, and may later. The error never carries the text of an answer."""


class Contacts(Protocol):
    """Finds contacts by the ids of acting roles."""

    async def find(self, ids: Iterable[UUID]) -> Mapping[UUID, Contact]:
        """Find the contacts of these people; who is not known is left out.

        Raises:
            ContactsUnavailableError: the address book gave no answer now.
        """


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: UUID
    email: str | None = None
    first_name: str | None = None
    patronymic: str | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    items: list[_Item]


class IdentityContacts:
    """Asks identity's internal address, with a token of our own signature (`private_key_jwt`, ES256)."""

    def __init__(
        self, *, base_url: str, signing_key: str | None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Read the signing key; without one, which only local and test installations may lack, nobody is found.

        Raises:
            jwt.InvalidKeyError: the key is not an ES256 PEM.
        """
        self._address = f"{base_url.rstrip('/')}/internal/v1/contacts"
        self._transport = transport
        self._tls = httpx.create_ssl_context()
        self._signing_key = jwt.get_algorithm_by_name("ES256").prepare_key(signing_key) if signing_key else None

    async def find(self, ids: Iterable[UUID]) -> Mapping[UUID, Contact]:
        asked = sorted({str(one) for one in ids})
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            async with httpx.AsyncClient(transport=self._transport, verify=self._tls, timeout=TIMEOUT) as http:
                response = await http.post(self._address, json={"ids": asked}, headers=headers)
            response.raise_for_status()
            answer = _Answer.model_validate_json(response.content)
        except httpx.HTTPStatusError as error:
            raise ContactsUnavailableError(f"HTTP {error.response.status_code}") from None
        except (httpx.TransportError, ValidationError) as error:
            raise ContactsUnavailableError(type(error).__name__) from None
        return {item.id: Contact(item.email, item.first_name, item.patronymic) for item in answer.items}

    def _token(self) -> str:
        if self._signing_key is None:
            raise ContactsUnavailableError("no signing key")
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + TOKEN_LIFETIME_SECONDS,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self._signing_key, algorithm="ES256")
