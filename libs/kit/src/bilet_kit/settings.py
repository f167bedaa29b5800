"""Settings of every process: from the environment, as `BILET_DATABASE_URL`, or a mounted file, `BILET_DATABASE_URL_FILE`."""

import os
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, PostgresDsn, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

Environment = Literal["local", "test", "production"]


class MountedFiles(PydanticBaseSettingsSource):
    """Reads a setting from the file that `BILET_<NAME>_FILE` names, as orchestrators hand over secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - its signature
        """Read the file of one setting, without the blanks around its content."""
        path = os.environ.get(f"BILET_{field_name.upper()}_FILE")
        return Path(path).read_text(encoding="utf-8").strip() if path else None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Read every setting that has a file."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {
            name: self.prepare_field_value(name, field, found[name], value_is_complex=False)
            for name, field in fields
            if found[name] is not None
        }


class KafkaSettings(BaseSettings):
    """How a process reaches Kafka, and under which name.

    Attributes:
        environment: production unless said otherwise, so that forgetting it is safe.
        kafka_user: of SASL; the access rules name it.
        kafka_ca: PEM of who signed the brokers' certificates; without it, whom the system trusts.
        kafka_certificate: PEM of our own certificate, where brokers ask for one.
        kafka_certificate_key: PEM of its key.
    """

    model_config = SettingsConfigDict(env_prefix="BILET_", hide_input_in_errors=True, extra="ignore")

    environment: Environment = "production"
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_user: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca: str = ""
    kafka_certificate: str = ""
    kafka_certificate_key: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is no such file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let what is said in code go before the environment, and the environment before mounted files."""
        return init_settings, env_settings, MountedFiles(settings_cls)

    @property
    def allows_conveniences(self) -> bool:
        """Whether this installation may turn the business clock and the like."""
        return self.environment != "production"

    @model_validator(mode="after")
    def refuse_a_nameless_client(self) -> Self:
        """Refuse SASL without user and password, a certificate without its key, and in production an open connection."""
        if self.kafka_security_protocol.startswith("SASL_") and not (self.kafka_user and self.kafka_password):
            raise ValueError("SASL needs BILET_KAFKA_USER and BILET_KAFKA_PASSWORD")
        if bool(self.kafka_certificate) != bool(self.kafka_certificate_key):
            raise ValueError("BILET_KAFKA_CERTIFICATE and BILET_KAFKA_CERTIFICATE_KEY go together")
        if self.allows_conveniences:
            return self
        if not self.kafka_security_protocol.endswith("SSL"):
            raise ValueError("production needs BILET_KAFKA_SECURITY_PROTOCOL=SASL_SSL or SSL")
        if self.kafka_security_protocol == "SSL" and not self.kafka_certificate:
            raise ValueError("production needs BILET_KAFKA_CERTIFICATE where BILET_KAFKA_SECURITY_PROTOCOL=SSL")
        return self


class ServiceSettings(KafkaSettings):
    """The settings that every service has; a service adds its own, and its own refusals for production.

    Attributes:
        kafka_idempotence: switched off only for brokers that lack idempotent producing.
        kafka_fetch_max_wait_ms: how long the broker may hold an empty fetch, in milliseconds.
        kafka_session_timeout_ms: after this silence the group gives a killed worker's partitions to another; 6 000 is the
            least that Kafka allows unless told otherwise (`group.min.session.timeout.ms`).
        database_pool: connections of each of the two pools (SQLAlchemy's and asyncpg's).
        drain_seconds: how long an api that was asked to end serves on while it says that it is not ready; longer than
            the interval of whoever checks its readiness.
        relay: off where something else, as Debezium, carries the outbox to Kafka; the worker then only empties it.
        trace_ratio: share of new traces that are recorded, 0–1; a caller's decision is followed.
        trace_address: of an OTLP collector, as `https://collector:4318/v1/traces`; without it no span leaves the process.
    """

    database_url: PostgresDsn
    database_pool: int = Field(default=8, ge=1, le=64)
    kafka_idempotence: bool = True
    kafka_fetch_max_wait_ms: int = Field(default=500, ge=1)
    kafka_session_timeout_ms: int = Field(default=6_000, ge=500)
    jwks_url: str = ""
    token_issuer: str = "https://bilet.local"  # noqa: S105 — a name, not a secret
    token_audience: str = "bilet-api"  # noqa: S105 — a name, not a secret
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=1, le=65535)
    http_processes: int = Field(default=1, ge=1)
    http_max_body_bytes: int = Field(default=6 * 1024 * 1024, ge=1)
    worker_http_port: int = Field(default=8001, ge=1, le=65535)
    drain_seconds: float = Field(default=3.0, ge=0, le=300)
    relay: Literal["on", "off"] = "on"
    trace_ratio: float = Field(default=0.0, ge=0, le=1)
    trace_address: str = ""

    @property
    def asyncpg_url(self) -> str:
        """The database's URL as asyncpg takes it."""
        return str(self.database_url)

    @model_validator(mode="after")
    def refuse_traces_in_the_open(self) -> Self:
        """Refuse to send traces through a network unencrypted, in production; beside us a collector may listen openly."""
        where = urlsplit(self.trace_address)
        if self.allows_conveniences or not self.trace_address or where.scheme == "https":
            return self
        if where.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("production needs an https BILET_TRACE_ADDRESS")
        return self
