"""A pupil's season over the whole installation: four services, the gateway, the stand-in, Kafka and PostgreSQL.

`bilet demo` plays the season and checks it from the outside; here its verdict is not believed, but read again from Kafka
and the four databases.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bilet_local.environments import bus_of
from bilet_local.installation import DATABASES, Broker, Installation
from bilet_local.keys import INTEGRATOR
from bilet_local.state import StateDirectory
from bilet_local.topics import read_topics
from tests.integration.local.blocks import free_block
from tests.support.checker import (
    everything_committed_was_carried,
    nothing_parked,
    numbers_without_gaps,
    one_event_per_number,
)
from tests.support.kafka import Kafka, Record
from tests.support.migrations import ROOT
from tests.support.small_pack import small_pack

pytestmark = pytest.mark.system
BILET = str(Path(sys.executable).with_name("bilet"))
PUPILS = 8
WITHIN = 300


def bilet(directory: StateDirectory, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [BILET, *arguments, "--state-dir", str(directory.root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)


PACKS: dict[str, Callable[[Path], Path]] = {
    "the first mentors and schools of a large region": lambda scratch: small_pack(scratch, mentors=12, rosters=3),
    "a small region of another zone, with other codes, dates and limits": lambda _: ROOT / "data/sakhalin",
}
SEASONS = [
    (Broker.TANSU, "the first mentors and schools of a large region"),
    pytest.param(
        (Broker.APACHE, "a small region of another zone, with other codes, dates and limits"),
        marks=pytest.mark.apache_kafka,
    ),
]


@pytest.fixture(scope="module", params=SEASONS, ids=lambda param: f"{param[0]}: {param[1]}")
def directory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateDirectory]:
    """Prepare an installation, open and closed, on which a region's small cohort has gone through its season."""
    broker, region = request.param
    pack = PACKS[region](tmp_path_factory.mktemp("pack"))
    directory = StateDirectory(tmp_path_factory.mktemp("season"))
    arguments = ("--students", str(PUPILS), "--pack", str(pack), "--port-base", str(free_block()))
    try:
        played = bilet(directory, "demo", "--kafka", broker, *arguments)
        assert played.returncode == 0, played.stdout[-6000:] + played.stderr[-2000:]
        yield directory
    finally:
        bilet(directory, "down")


@pytest.fixture(scope="module")
def season(directory: StateDirectory) -> Installation:
    return directory.installation()


@pytest.fixture(scope="module")
def records(season: Installation, directory: StateDirectory) -> list[Record]:
    """Everything that was ever said on Kafka, as another system hears it."""
    access = bus_of(INTEGRATOR, season, directory.keys())
    kafka = Kafka(season.kafka_bootstrap, idempotent=False, access=access)
    return asyncio.run(kafka.records(*(topic.name for topic in read_topics())))


def test_every_key_has_every_number_in_order(records: list[Record]) -> None:
    numbered = [record for record in records if record.topic != "booking.catalogue"]
    assert len({record.key for record in numbered}) >= PUPILS
    assert numbers_without_gaps(numbered) == []
    assert one_event_per_number(records) == []


@pytest.mark.parametrize("service", DATABASES)
async def test_what_a_service_committed_is_on_kafka(season: Installation, records: list[Record], service: str) -> None:
    topics = {topic.name for topic in read_topics() if topic.name.startswith(f"{service}.")}
    assert await everything_committed_was_carried(season.database_url(service), records, topics) == []


@pytest.mark.parametrize("service", DATABASES)
async def test_nothing_is_parked(season: Installation, service: str) -> None:
    assert await nothing_parked(season.database_url(service)) == []


PERSONAL = {"full_name", "last_name", "first_name", "patronymic", "email", "phone", "snils", "birth_date", "answers"}


def test_no_personal_field_is_on_kafka(records: list[Record]) -> None:
    assert PERSONAL & {name for record in records for name in field_names(json.loads(record.value))} == set()


def field_names(value: object) -> Iterator[str]:
    """Collect the names of all fields, however deep."""
    if isinstance(value, dict):
        yield from value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from field_names(part)
