"""Settings of the identity service."""

import base64
import binascii
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from bilet_identity.storage.sealing import KEY_BYTES
from bilet_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Adds the keys of tokens and personal data, and ESIA.

    Attributes:
        signing_key: PEM of the ES256 key that signs access tokens.
        personal_data_key: base64 of 32 bytes; without it no personal datum can ever be read again.
        trusted_services: services that may ask for contacts, each with the PEM of its public ES256 key.
        public_url: where people open their cabinet; ESIA's callback leads there.
        esia_signing_key: PEM of our RSA key that ESIA knows.
        esia_public_key: PEM of the key by which ESIA signs its tokens.
        esia_portal_url: where a browser finds ESIA, when that is not `esia_base_url`.
    """

    signing_key: SecretStr
    personal_data_key: SecretStr
    trusted_services: dict[str, str] = Field(default_factory=dict)
    public_url: str = "http://127.0.0.1:8080"
    esia_base_url: str = "http://127.0.0.1:8090"
    esia_portal_url: str | None = None
    esia_client_id: str = "BILET"
    esia_signing_key: SecretStr
    esia_certificate: str | None = None
    esia_public_key: str
    esia_redirect_uri: str = "http://127.0.0.1:8080/api/v1/identity/esia/callback"

    @property
    def personal_data_secret(self) -> bytes:
        """The key of personal data as bytes."""
        return base64.b64decode(self.personal_data_key.get_secret_value(), validate=True)

    @model_validator(mode="after")
    def refuse_weak_key(self) -> Self:
        """Refuse a key of personal data that does not have 32 bytes."""
        try:
            size = len(self.personal_data_secret)
        except binascii.Error:
            size = 0
        if size != KEY_BYTES:
            raise ValueError("BILET_PERSONAL_DATA_KEY must be base64 of 32 bytes")
        return self

    @model_validator(mode="after")
    def refuse_conveniences_in_production(self) -> Self:
        """Insist on the real ESIA, over encrypted connections, for real people."""
        if self.allows_conveniences:
            return self
        for name in ("public_url", "esia_base_url", "esia_redirect_uri"):
            if urlsplit(getattr(self, name)).scheme != "https":
                raise ValueError(f"production needs an https BILET_{name.upper()}")
        if self.esia_certificate is None:
            raise ValueError("production needs BILET_ESIA_CERTIFICATE")
        return self
