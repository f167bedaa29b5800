"""What makes one local installation: where it lives, its ports, its broker and what runs elsewhere."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from bilet_local.errors import StackError
from bilet_local.ports import LOOPBACK, PortPlan

DATABASES = ("identity", "diagnostics", "booking", "notifications")
TOKEN_ISSUER = "https://bilet.local"  # noqa: S105 - a name, not a secret
TOKEN_AUDIENCE = "bilet-api"  # noqa: S105 - the same
_REQUESTS_PER_MINUTE = 600_000  # of one person and of one address: here a whole region comes from one address
_FEWEST_REQUESTS = 60


class Broker(StrEnum):
    """Which embedded broker speaks Kafka."""

    TANSU = "tansu"
    APACHE = "apache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Components that run elsewhere, from the environment of `bilet up`; empty ones are embedded.

    Attributes:
        postgres: BILET_POSTGRES_URL, an account that may create databases; services use it too.
        kafka: BILET_KAFKA_BOOTSTRAP, host:port.
        kafka_settings: the other BILET_KAFKA_* by the names of their settings; every program of ours has this one name.
        smtp: BILET_SMTP_ADDRESS, host:port.
        esia: BILET_ESIA_BASE_URL.
    """

    postgres: str = ""
    kafka: str = ""
    kafka_settings: dict[str, str] = field(default_factory=dict)
    smtp: str = ""
    esia: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the four variables, and how a Kafka elsewhere lets us in."""
        return cls(
            postgres=environment.get("BILET_POSTGRES_URL", ""),
            kafka=environment.get("BILET_KAFKA_BOOTSTRAP", ""),
            kafka_settings=_kafka_settings(environment) if "BILET_KAFKA_BOOTSTRAP" in environment else {},
            smtp=environment.get("BILET_SMTP_ADDRESS", ""),
            esia=environment.get("BILET_ESIA_BASE_URL", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation.

    Attributes:
        replicas: how many times a process runs, by its name; once where it is not named.
        requests_per_minute: the gateway's limit, generous because every pupil of a demo shares one address.
    """

    state_dir: Path
    ports: PortPlan = field(default_factory=PortPlan)
    broker: Broker = Broker.TANSU
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    replicas: dict[str, int] = field(default_factory=dict)
    requests_per_minute: int = _REQUESTS_PER_MINUTE

    @classmethod
    def from_environment(
        cls, *, state_dir: Path, port_base: int, broker: Broker, replicas: Mapping[str, int] | None = None
    ) -> Self:
        """Take the options of `bilet up` and what the environment says."""
        return cls(
            state_dir=state_dir,
            ports=PortPlan(port_base),
            broker=broker,
            elsewhere=Elsewhere.from_environment(os.environ),
            replicas=dict(replicas or {}),
            requests_per_minute=_requests_per_minute(os.environ),
        )

    @property
    def gateway_url(self) -> str:
        """What clients use."""
        return f"http://{LOOPBACK}:{self.ports.gateway}"

    @property
    def kafka_bootstrap(self) -> str:
        """The broker's address."""
        return self.elsewhere.kafka or f"{LOOPBACK}:{self.ports.kafka}"

    @property
    def uses_tansu(self) -> bool:
        """Whether the broker is the open one in memory."""
        return self.broker is Broker.TANSU and not self.elsewhere.kafka

    @property
    def integrator_file(self) -> Path | None:
        """Where another system finds how to listen; None where the broker is open or somebody else's."""
        closed = self.broker is Broker.APACHE and not self.elsewhere.kafka
        return self.kafka_dir / "integrator.conf" if closed else None

    @property
    def kafka_dir(self) -> Path:
        """Apache Kafka's own directory."""
        return self.state_dir / "apache-kafka"

    @property
    def smtp_address(self) -> str:
        """Where mail is handed over."""
        return self.elsewhere.smtp or f"{LOOPBACK}:{self.ports.smtp}"

    @property
    def esia_url(self) -> str:
        """ESIA or its stand-in."""
        return self.elsewhere.esia or f"http://{LOOPBACK}:{self.ports.esia}"

    def database_url(self, database: str) -> str:
        """Make the URL of a service's own database."""
        if self.elsewhere.postgres:
            return urlsplit(self.elsewhere.postgres)._replace(path=f"/{database}").geturl()
        return f"postgresql://{database}@{LOOPBACK}:{self.ports.postgres}/{database}"

    def api_url(self, service: str) -> str:
        """Make the address of a service's api, past the gateway."""
        return f"http://{LOOPBACK}:{self.ports.api(service)}"

    def to_json(self) -> bytes:
        """For the supervisor, which is another process."""
        return _ADAPTER.dump_json(self)


def from_json(text: bytes) -> Installation:
    """Read what `Installation.to_json` wrote."""
    return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Installation)


def _kafka_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Read the variables and mounted files that close a connection to Kafka, for processes that inherit none of them."""
    settings = {}
    for name, value in environment.items():
        if name.startswith("BILET_KAFKA_") and name != "BILET_KAFKA_BOOTSTRAP":
            is_file = name.endswith("_FILE")
            field_name = name.removeprefix("BILET_").removesuffix("_FILE").lower()
            settings[field_name] = Path(value).read_text(encoding="utf-8").strip() if is_file else value
    return settings


def _requests_per_minute(environment: Mapping[str, str]) -> int:
    given = environment.get("BILET_GATEWAY_REQUESTS_PER_MINUTE", str(_REQUESTS_PER_MINUTE))
    if not given.isdecimal() or int(given) < _FEWEST_REQUESTS:
        raise StackError(f"BILET_GATEWAY_REQUESTS_PER_MINUTE: нужно целое число не меньше {_FEWEST_REQUESTS}.")
    return int(given)
