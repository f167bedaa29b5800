"""Settings of the notifications service."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from bilet_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Adds the mail server, identity's internal address and our key for it.

    Attributes:
        smtp_from: the address letters come from; its domain is the right side of every Message-ID.
        smtp_connections: to the mail server at most, for urgent and for ordinary letters each.
        service_signing_key: PEM of an ES256 key; identity knows its public half under the name `notifications`.
        identity_internal_url: reachable from here, not through the gateway.
        public_url: where people open their cabinet.
    """

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=8025, ge=1, le=65535)
    smtp_from: str = Field(default="bilet@bilet.local", pattern=r"^[!-;=?A-~]+@[!-;=?A-~]+$")
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_start_tls: bool = False
    smtp_connections: int = Field(default=16, ge=1, le=64)
    service_signing_key: SecretStr | None = None
    identity_internal_url: str = "http://127.0.0.1:8101"
    public_url: str = "http://127.0.0.1:8080"

    @model_validator(mode="after")
    def refuse_conveniences_in_production(self) -> Self:
        """Real people's letters need a real sender, a key, and encryption on the way to the mail server."""
        if self.allows_conveniences:
            return self
        if not self.service_signing_key:
            raise ValueError("production needs BILET_SERVICE_SIGNING_KEY")
        if self.smtp_from.endswith((".local", ".test")):
            raise ValueError("production needs a real BILET_SMTP_FROM")
        if not self.smtp_start_tls:
            raise ValueError("production needs BILET_SMTP_START_TLS")
        if urlsplit(self.public_url).scheme != "https":
            raise ValueError("production needs an https BILET_PUBLIC_URL")
        return self
