"""Settings of every process, read from the environment, as `BILET_DATABASE_URL`."""

from typing import Literal

from pydantic import Field, PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["local", "test", "production"]


class ServiceSettings(BaseSettings):
    """The settings that every service has; a service adds its own, and its own refusals for production.

    Attributes:
        environment: production unless said otherwise, so that forgetting it is safe.
        kafka_idempotence: switched off only for brokers that lack idempotent producing.
        kafka_fetch_max_wait_ms: how long the broker may hold an empty fetch, in milliseconds.
        kafka_session_timeout_ms: after this silence the group gives a killed worker's partitions to another.
        database_pool: connections of each of the two pools (SQLAlchemy's and asyncpg's).
        relay: off where something else, as Debezium, carries the outbox to Kafka.
        trace_ratio: share of new traces that are recorded, 0–1; a caller's decision is followed.
    """

    model_config = SettingsConfigDict(env_prefix="BILET_", hide_input_in_errors=True, extra="ignore")

    environment: Environment = "production"
    database_url: PostgresDsn
    database_pool: int = Field(default=8, ge=1, le=64)
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_idempotence: bool = True
    kafka_fetch_max_wait_ms: int = Field(default=500, ge=1)
    kafka_session_timeout_ms: int = Field(default=10_000, ge=500)
    jwks_url: str = ""
    token_issuer: str = "https://bilet.local"  # noqa: S105 — a name, not a secret
    token_audience: str = "bilet-api"  # noqa: S105 — a name, not a secret
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=1, le=65535)
    http_processes: int = Field(default=1, ge=1)
    http_max_body_bytes: int = Field(default=6 * 1024 * 1024, ge=1)
    worker_http_port: int = Field(default=8001, ge=1, le=65535)
    relay: Literal["on", "off"] = "on"
    trace_ratio: float = Field(default=0.0, ge=0, le=1)

    @property
    def allows_conveniences(self) -> bool:
        """Whether this installation may turn the business clock and the like."""
        return self.environment != "production"

    @property
    def asyncpg_url(self) -> str:
        """The database's URL as asyncpg takes it."""
        return str(self.database_url)
