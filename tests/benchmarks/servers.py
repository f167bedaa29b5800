"""The servers of a benchmark: PostgreSQL with stock durability, Apache Kafka, and our own programs as processes."""

import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from bilet_kit.settings import ServiceSettings
from bilet_kit.storage import migrations
from bilet_local import ports
from bilet_local.bus import open_bus
from bilet_local.components.apache_kafka import ApacheKafka, missing_tools
from bilet_local.components.component import ProcessComponent
from bilet_local.components.postgres import PostgreSQL
from bilet_local.components.program import Program
from bilet_local.components.tansu import Tansu
from bilet_local.environments import bus_variables
from bilet_local.topics import create_topics, read_topics
from tests.support.closed_kafka import ClosedKafka
from tests.support.databases import Databases
from tests.support.kafka import Kafka
from tests.support.postgres import LocalPostgres
from tests.support.tokens import TokenMaker

ROOT = Path(__file__).parents[2]
LEDGER = Path(__file__).parent / "ledger/migrations"
_TANSU_FETCH_WAIT_MS = 20
_KAFKA_FETCH_WAIT_MS = 500
_REAUTHENTICATE_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """What is running; programs are added with `program`.

    Attributes:
        closed: the broker that asks everybody for a name, where that is the one in use.
    """

    directory: Path
    postgres: LocalPostgres
    databases: Databases
    kafka: Kafka
    broker: ProcessComponent
    tokens: TokenMaker
    closed: ClosedKafka | None = None

    @property
    def fetch_wait_ms(self) -> int:
        """How long the broker may hold an empty fetch; Apache Kafka answers as soon as there is something."""
        return _KAFKA_FETCH_WAIT_MS if self.kafka.idempotent else _TANSU_FETCH_WAIT_MS

    @property
    def broker_name(self) -> str:
        return (
            "Apache Kafka"
            if self.kafka.idempotent
            else "Tansu, for want of Java or Maven: NOT the broker of the targets"
        )

    def environment(self, name: str, database_url: str) -> dict[str, str]:
        """Return the settings of one of the project's processes, which is named by its service."""
        bus = self.closed.settings(name.partition("-")[0]) if self.closed else open_bus(self.kafka.bootstrap)
        return {
            "PYTHONPATH": str(ROOT),
            "BILET_ENVIRONMENT": "test",
            "BILET_DATABASE_URL": database_url,
            "BILET_KAFKA_IDEMPOTENCE": str(self.kafka.idempotent).lower(),
            "BILET_KAFKA_FETCH_MAX_WAIT_MS": str(self.fetch_wait_ms),
            "BILET_JWKS_URL": self.tokens.jwks_url,
            "BILET_DRAIN_SECONDS": "0",
            "BILET_TOKEN_ISSUER": self.tokens.issuer,
            **bus_variables(bus),
        }

    @asynccontextmanager
    async def program(
        self, name: str, factory: str, database_url: str, *, processes: int = 1, **more: str
    ) -> AsyncIterator[Program]:
        """Run uvicorn around an app factory, in one or more processes behind one port, until the block is left."""
        port = ports.port_or_free(0)
        serve = (sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port))
        component = Program(
            name,
            directory=self.directory / name,
            command=(*serve, "--workers", str(processes), "--no-access-log", "--log-level", "warning"),
            environment=self.environment(name, database_url) | more,
            port=port,
            health="/health/ready",
        )
        async with running(component):
            yield component


@asynccontextmanager
async def running(component: ProcessComponent) -> AsyncIterator[None]:
    """Run a component for the length of a block."""
    try:
        await component.start()
        await component.ready()
        yield
    finally:
        await component.stop()


async def migrate(service: str, address: str) -> None:
    """Bring a database to a service's newest schema."""
    folder = LEDGER if service == "ledger" else ROOT / "services" / service / "migrations"
    settings = ServiceSettings.model_validate({"environment": "test", "database_url": address})
    await migrations.migrate(settings, folder)


@asynccontextmanager
async def servers(*, with_kafka: bool) -> AsyncIterator[Servers]:
    """Start them, stop them afterwards; nothing of them stays."""
    with tempfile.TemporaryDirectory(prefix="bilet-bench-", ignore_cleanup_errors=True) as name, TokenMaker() as tokens:
        directory = Path(name)
        component = PostgreSQL(directory=directory / "postgres")
        kind = Tansu if missing_tools() else ApacheKafka
        broker = kind(directory=directory / "kafka")
        postgres = LocalPostgres(component)
        started = Servers(
            directory=directory,
            postgres=postgres,
            databases=Databases(postgres, migrate),
            kafka=Kafka(broker.address, idempotent=broker.idempotent_producing),
            broker=broker,
            tokens=tokens,
        )
        async with running(component), _with_topics(started) if with_kafka else nullcontext():
            yield started


@asynccontextmanager
async def _with_topics(started: Servers) -> AsyncIterator[None]:
    """Give the broker every topic of an installation, and wait until each partition has its leader."""
    async with running(started.broker):
        topics = read_topics()
        await create_topics(open_bus(started.kafka.bootstrap), topics)
        await started.kafka.create_topics(*(topic.name for topic in topics))
        yield


@asynccontextmanager
async def behind_a_closed_door(started: Servers) -> AsyncIterator[Servers | None]:
    """Run the same servers with a broker beside the first that asks everybody for a name; None without Apache Kafka."""
    if not started.kafka.idempotent:
        yield None
        return
    closed = ClosedKafka.at(started.directory / "closed-kafka", reauthenticate_ms=_REAUTHENTICATE_MS)
    async with running(closed.component):
        await closed.prepare()
        yield replace(started, kafka=closed.everything, broker=closed.component, closed=closed)
