"""Pytest fixtures for everything real that a test needs.

Each server is taken from the first of: an address in the environment (BILET_TEST_DATABASE_URL; BILET_TEST_KAFKA with
BILET_TEST_KAFKA_KIND=apache|tansu), Docker, a local process. Nothing starts before a test asks for it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from bilet_local.components.apache_kafka import ApacheKafka
from tests.support import brokers
from tests.support.closed_kafka import ClosedKafka, closed_kafka
from tests.support.databases import Databases
from tests.support.kafka import Kafka
from tests.support.kafka_proxy import KafkaProxy
from tests.support.migrations import migrate
from tests.support.postgres import LocalPostgres, PostgresServer, any_postgres, local_postgres
from tests.support.tokens import TokenMaker

DatabaseUrl = Callable[[str], Awaitable[str]]
SetClock = Callable[[str, datetime], Awaitable[None]]

_SKIPPED = pytest.StashKey[list[str]]()


def apache_is_required() -> bool:
    """Whether a missing Apache Kafka is a failure: in CI, and where BILET_REQUIRE_APACHE_KAFKA says so."""
    return os.environ.get("BILET_REQUIRE_APACHE_KAFKA") == "1" or os.environ.get("CI") == "true"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a real Apache Kafka where there is none; fail where it must not be missing; report what had it."""
    if item.get_closest_marker("apache_kafka") is None:
        return
    if reason := brokers.why_no_apache():
        _go_without_apache(item, reason)
    item.user_properties.append(("apache_kafka", "used"))


def _go_without_apache(item: pytest.Item | pytest.Session, reason: str) -> None:
    if apache_is_required():
        pytest.fail(f"Apache Kafka is required here and missing: {reason}", pytrace=False)
    item.config.stash.setdefault(_SKIPPED, []).append(item.nodeid)
    pytest.skip(f"no Apache Kafka: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly what a real Apache Kafka would have shown."""
    if skipped := config.stash.get(_SKIPPED, []):
        terminalreporter.section("NOT PROVED: no Apache Kafka here", sep="!", red=True, bold=True)
        reason = brokers.why_no_apache() or brokers.why_no_local_apache()
        terminalreporter.write_line(f"{len(skipped)} tests marked apache_kafka did not run: {reason}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start the PostgreSQL server of this run."""
    with any_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    """Make databases from templates that are migrated once."""
    made = Databases(postgres_server, migrate)
    yield made
    asyncio.run(made.drop_all())


@pytest.fixture
async def database_url(databases: Databases) -> AsyncIterator[DatabaseUrl]:
    """`await database_url("booking")`: the address of a new, empty, migrated database of that service.

    Asked twice, it makes two.
    """
    made: list[str] = []

    async def create(service: str) -> str:
        made.append(await databases.create(service))
        return made[-1]

    yield create
    for address in made:
        await databases.drop(address)


@pytest.fixture
def mortal_postgres() -> Iterator[LocalPostgres]:
    """Start a PostgreSQL server that a test may kill."""
    with local_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def tansu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Tansu: speaks the Kafka protocol, keeps all in memory, knows no idempotent producers."""
    with brokers.any_tansu(tmp_path_factory.mktemp("tansu")) as kafka:
        yield kafka


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Start a real Apache Kafka; tests that ask for it carry the mark `apache_kafka`."""
    with brokers.any_apache(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@pytest.fixture
def mortal_apache_kafka(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[brokers.LocalBroker]:
    """Start an Apache Kafka that a test may kill: always a process here, whatever the environment offers."""
    if reason := brokers.why_no_local_apache():
        _go_without_apache(request.node, reason)
    with brokers.local_broker(ApacheKafka(directory=tmp_path / "kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def bus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedKafka]:
    """Start an Apache Kafka that asks everybody for a name, and again every 3 s: always a process here."""
    if reason := brokers.why_no_local_apache():
        _go_without_apache(request.node, reason)
    with closed_kafka(tmp_path_factory.mktemp("closed"), reauthenticate_ms=3000) as closed:
        yield closed


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Kafka:
    """Start the best broker there is: Apache Kafka if it can be had here, else Tansu."""
    found: Kafka = request.getfixturevalue("tansu" if brokers.why_no_apache() else "apache_kafka")
    return found


@pytest.fixture(params=["tansu", pytest.param("apache_kafka", marks=pytest.mark.apache_kafka)])
def each_kafka(request: pytest.FixtureRequest) -> Kafka:
    """Run the test against Tansu and against Apache Kafka."""
    found: Kafka = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def kafka_proxy(kafka: Kafka) -> AsyncIterator[KafkaProxy]:
    """Start a proxy in front of `kafka` that can hold one kind of request or answer."""
    async with KafkaProxy(kafka.bootstrap) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def _issuer() -> Iterator[TokenMaker]:
    with TokenMaker() as maker:
        yield maker


@pytest.fixture
def tokens(_issuer: TokenMaker) -> TokenMaker:
    """Signs access tokens: `tokens.headers("student", student_id)`; settings take `tokens.jwks_url`, `tokens.issuer`."""
    return _issuer


@pytest.fixture
def set_clock() -> SetClock:
    """`await set_clock(database_url, moment)`: let business time go on from `moment` in that database."""

    async def set_to(address: str, moment: datetime) -> None:
        connection = await asyncpg.connect(address)
        try:
            await connection.execute(
                """INSERT INTO business_clock ("offset") VALUES ($1 - clock_timestamp())
                ON CONFLICT (id) DO UPDATE SET "offset" = excluded."offset" """,
                moment,
            )
        finally:
            await connection.close()

    return set_to
