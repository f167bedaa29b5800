"""Two regions in one installation, of other zones, dates and codes: nothing of one is seen in the other."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bilet_local.importing.calls import Caller, Gateway, Refused
from bilet_local.importing.importer import sign_in
from bilet_local.importing.pack import Pack, open_pack, rows_of
from bilet_local.installation import Installation
from bilet_local.operators import known_operators
from bilet_local.state import StateDirectory
from tests.integration.local.blocks import free_block
from tests.support.migrations import ROOT
from tests.support.small_pack import small_pack

pytestmark = pytest.mark.system
BILET = str(Path(sys.executable).with_name("bilet"))
WITHIN = 300


def bilet(directory: StateDirectory, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [BILET, *arguments, "--state-dir", str(directory.root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pack, Pack]:
    large = small_pack(tmp_path_factory.mktemp("pack"), mentors=12, rosters=2)
    return open_pack(large), open_pack(ROOT / "data/sakhalin")


@pytest.fixture(scope="module")
def directory(packs: tuple[Pack, Pack], tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateDirectory]:
    """Prepare an installation with both packs, each imported by the operator whom the import itself made."""
    directory = StateDirectory(tmp_path_factory.mktemp("regions"))
    try:
        started = bilet(directory, "up", "--port-base", str(free_block()), "--region", packs[0].region_code)
        assert started.returncode == 0, started.stdout[-3000:] + started.stderr[-2000:]
        assert bilet(directory, "clock", "set", f"{packs[0].opens_on}T12:00").returncode == 0
        for pack in packs:
            imported = bilet(directory, "import", str(pack.directory), "--report", str(directory.root / "report"))
            assert imported.returncode == 0, imported.stdout[-3000:] + imported.stderr[-2000:]
        yield directory
    finally:
        bilet(directory, "down")


@pytest.fixture
def installation(directory: StateDirectory) -> Installation:
    return directory.installation()


@pytest.fixture
async def gateway(installation: Installation) -> AsyncIterator[Gateway]:
    async with Gateway(installation.gateway_url, connections=4) as gateway:
        yield gateway


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody in a region is shown."""

    seasons: list[dict[str, Any]]
    sites: set[str]
    slots: set[str]
    schools: set[str]


async def what_is_shown(gateway: Gateway, region: str) -> Seen:
    anybody = Caller(gateway)
    return Seen(
        seasons=(await anybody.get("/booking/catalogue/seasons", region=region))["items"],
        sites={one["site_code"] for one in (await anybody.get("/booking/catalogue/sites", region=region))["items"]},
        slots={one["slot_code"] for one in await pages(anybody, "/booking/catalogue/slots", region=region)},
        schools={one["school_code"] for one in await pages(anybody, "/identity/schools", region_code=region)},
    )


async def pages(caller: Caller, path: str, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await caller.get(path, cursor=cursor, limit=100, **query)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def codes(pack: Pack, file: str, column: str) -> set[str]:
    return {row[column] for row in rows_of(pack.content(file))}


async def test_each_region_has_its_one_season_in_its_own_zone(gateway: Gateway, packs: tuple[Pack, Pack]) -> None:
    for pack in packs:
        (season,) = (await what_is_shown(gateway, pack.region_code)).seasons
        opens = datetime.fromisoformat(season["registration_from"]).astimezone(pack.zone)
        assert (season["timezone"], opens.date()) == (pack.zone.key, pack.opens_on)
        assert opens.time().isoformat() == "00:00:00"


async def test_a_region_shows_its_own_sites_slots_and_schools_only(gateway: Gateway, packs: tuple[Pack, Pack]) -> None:
    for pack in packs:
        seen = await what_is_shown(gateway, pack.region_code)
        assert seen.sites == codes(pack, "sites.csv", "site_code")
        assert seen.slots == codes(pack, "slots.csv", "slot_code")
        assert seen.schools == codes(pack, "schools.csv", "school_code")


async def test_an_operator_sees_and_changes_the_own_region_only(
    gateway: Gateway, directory: StateDirectory, packs: tuple[Pack, Pack]
) -> None:
    accounts = {operator.region: operator for operator in known_operators(directory)}
    for own, other in (packs, packs[::-1]):
        account = accounts[own.region_code]
        operator = await sign_in(gateway, account.login, account.password, "regional-operator")

        staff = await operator.get_text("/identity/staff/activation-codes.csv")
        assert {line.split(";")[0] for line in staff.splitlines()[1:]} == codes(own, "mentors.csv", "mentor_code")
        for path, content in (
            ("/identity/imports/schools", other.content("schools.csv")),
            ("/booking/imports/sites", other.content("sites.csv")),
            ("/booking/imports/seasons", other.content("season.csv")),
        ):
            with pytest.raises(Refused, match="region-forbidden"):
                await operator.upload(path, content, region=other.region_code)


async def test_a_pack_of_another_region_is_refused_and_leaves_nothing_behind(
    gateway: Gateway, directory: StateDirectory, packs: tuple[Pack, Pack]
) -> None:
    before = [await what_is_shown(gateway, pack.region_code) for pack in packs]
    account = next(one for one in known_operators(directory) if one.region == packs[0].region_code)
    as_stranger = ("--login", account.login, "--password", account.password)

    refused = bilet(directory, "import", str(packs[1].directory), *as_stranger)

    assert refused.returncode == 1
    assert "Это не ваш регион" in refused.stderr
    assert before == [await what_is_shown(gateway, pack.region_code) for pack in packs]


async def test_a_pupil_of_one_region_is_shown_its_season_and_cannot_be_listed_by_the_other(
    gateway: Gateway, directory: StateDirectory, packs: tuple[Pack, Pack]
) -> None:
    for own, other in (packs, packs[::-1]):
        account = next(one for one in known_operators(directory) if one.region == own.region_code)
        operator = await sign_in(gateway, account.login, account.password, "regional-operator")
        school = next(iter(codes(other, "schools.csv", "school_code")))
        with pytest.raises(Refused) as refused:
            await operator.upload("/identity/rosters", other.rosters[0].read_bytes(), school_code=school)
        assert refused.value.code == "school-unknown"


async def test_every_service_knows_both_seasons_by_their_regions(
    installation: Installation, packs: tuple[Pack, Pack]
) -> None:
    async with httpx.AsyncClient(base_url=f"{installation.gateway_url}/api/v1") as client:
        listed = json.loads((await client.get("/booking/catalogue/seasons")).content)["items"]
    assert {one["region_code"] for one in listed} == {pack.region_code for pack in packs}
