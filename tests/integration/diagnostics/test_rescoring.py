"""A wrong key is put right by a new version: both results are kept, the new one is read, and what is recommended follows."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.versions import Correction, correction_by
from bilet_diagnostics.storage import rows
from bilet_diagnostics.storage.instrument_files import load_instrument, load_library, packaged_folder
from bilet_diagnostics.storage.results import results_of
from bilet_diagnostics.use_cases import rescoring
from bilet_diagnostics.use_cases.renewing import renew_recommendations
from bilet_diagnostics.use_cases.rescoring import FIRST, rescore_page
from bilet_kit.process.service import Service
from tests.integration.diagnostics.world import SEASON_CLOSES, World
from tests.support.plugin import SetClock

PACKAGED = load_library(packaged_folder()).instruments
NEWEST = {one.id: one for one in PACKAGED}


def ref(name: str, *, later: int = 0) -> str:
    """Name the newest packaged version of an instrument, or one that comes after it."""
    return f"{name}-{NEWEST[name].version + later}"


def written_correction(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """One more version of a packaged instrument, as a file."""
    text = (packaged_folder() / f"{ref(name)}.yaml").read_text(encoding="utf-8")
    version = NEWEST[name].version
    path = folder / f"{ref(name, later=1)}.yaml"
    path.write_text(change(text.replace(f"version: {version}\n", f"version: {version + 1}\n", 1)), encoding="utf-8")
    return path


def corrected(folder: Path, name: str, change: Callable[[str], str]) -> tuple[Library, Correction]:
    """Return the packaged instruments with one more version of one of them, and what it puts right."""
    right = load_instrument(written_correction(folder, name, change))
    library = Library([*PACKAGED, right])
    return library, correction_by(right, library.instruments)


def turned(text: str) -> str:
    """Readiness with one key put right."""
    assert text.count("keys: {concern: -1}") == 1
    return text.replace("keys: {concern: -1}", "keys: {concern: 1}")


async def rescore(service: Service, library: Library, correction: Correction) -> int:
    """Rescore all, then let the worker's job make outdated recommendations anew."""
    rescored = await _rescored(service, library, correction)
    more = True
    while more:
        async with service.database.transaction() as tx:
            more = await renew_recommendations(tx, library)
    return rescored


async def _rescored(service: Service, library: Library, correction: Correction) -> int:
    done, after = 0, FIRST
    while True:
        async with service.database.transaction() as tx:
            page = await rescore_page(tx, library, correction, after)
        if page.last is None:
            return done
        done, after = done + page.rescored, page.last


async def test_both_results_are_kept_and_the_corrected_one_is_read(
    world: World, service: Service, tmp_path: Path
) -> None:
    attempt_id = await world.take(1)
    library, correction = corrected(tmp_path, "readiness", turned)
    assert await rescore(service, library, correction) == 1

    kept = await world.look.fetch("SELECT scoring, scores::text AS scores FROM profiles ORDER BY scoring")
    first, second = (rows.scores_from_json(row["scores"]) for row in kept)
    assert [row["scoring"] for row in kept] == [1, 2]
    old, new, beside = ref("readiness"), ref("readiness", later=1), ref("obstacles")
    assert (set(first), set(second)) == ({old, beside}, {new, beside})
    assert first[beside] == second[beside]
    given = {item["item"]: item["value"] for item in await world.items(attempt_id)}
    assert second[new]["concern"].raw - first[old]["concern"].raw == 2 * given["rd17"] - 6

    async with service.database.transaction() as tx:
        (result,) = await results_of(tx, world.student_id)
    assert result.attempt.instruments == (new, beside)
    assert result.scores == second


async def test_what_the_pupil_took_stays_as_it_was(world: World, service: Service, tmp_path: Path) -> None:
    await world.take(1)
    before = await world.look.fetch("SELECT * FROM attempts")
    await rescore(service, *corrected(tmp_path, "readiness", turned))
    assert await world.look.fetch("SELECT * FROM attempts") == before


async def test_nothing_is_published_and_booking_stays_open(world: World, service: Service, tmp_path: Path) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    said = await world.said()
    for name in ("readiness", "knowledge"):
        assert await rescore(service, *corrected(tmp_path, name, lambda text: text)) == 1
    assert await world.said() == said


async def test_rescoring_again_changes_nothing(world: World, service: Service, tmp_path: Path) -> None:
    await world.take(1)
    library, correction = corrected(tmp_path, "readiness", turned)
    assert await rescore(service, library, correction) == 1
    assert await rescore(service, library, correction) == 0
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 2


async def test_two_rescorings_at_once_keep_one_new_result(world: World, service: Service, tmp_path: Path) -> None:
    await world.take(1)
    library, correction = corrected(tmp_path, "readiness", turned)
    await asyncio.gather(rescore(service, library, correction), rescore(service, library, correction))
    assert await world.look.fetchval("SELECT array_agg(scoring ORDER BY scoring) FROM profiles") == [1, 2]


async def test_corrections_of_two_instruments_of_a_stage_add_up(world: World, service: Service, tmp_path: Path) -> None:
    await world.take(1)
    library, correction = corrected(tmp_path, "readiness", turned)
    await rescore(service, library, correction)
    both, obstacles = corrected(tmp_path, "obstacles", lambda text: text)
    await rescore(service, Library([*library.instruments, *both.instruments]), obstacles)
    newest = await world.look.fetchval("SELECT scores::text FROM profiles ORDER BY scoring DESC LIMIT 1")
    assert set(orjson.loads(newest)) == {ref("readiness", later=1), ref("obstacles", later=1)}


async def test_only_submitted_attempts_are_scored(world: World, service: Service, tmp_path: Path) -> None:
    attempt_id = await world.started(1)
    await world.answer_all(attempt_id)
    assert await rescore(service, *corrected(tmp_path, "readiness", turned)) == 0
    assert await world.look.fetchval("SELECT count(*) FROM profiles") == 0


async def test_recommendations_follow_the_corrected_interests(world: World, service: Service, tmp_path: Path) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    library, correction = corrected(tmp_path, "interests-48", _letters_changed_places)
    (before,) = await world.look.fetch("SELECT * FROM recommendations")
    assert await rescore(service, library, correction) == 1
    (after,) = await world.look.fetch("SELECT * FROM recommendations")
    assert before["items"] != after["items"]
    (changed,) = [said for kind, _, said in await world.said() if kind == "diagnostics.recommendations-changed.v1"]
    assert [one["competency"] for one in changed["recommended"]] == [
        one["competency"] for one in orjson.loads(after["items"])
    ]


async def test_a_rescoring_after_the_season_renews_recommendations_too(
    world: World, service: Service, tmp_path: Path, address: str, set_clock: SetClock
) -> None:
    for stage in (1, 2, 3):
        await world.take(stage)
    before = await world.look.fetchval("SELECT items::text FROM recommendations")
    await set_clock(address, SEASON_CLOSES)
    assert await rescore(service, *corrected(tmp_path, "interests-48", _letters_changed_places)) == 1
    assert await world.look.fetchval("SELECT items::text FROM recommendations") != before


async def test_pages_go_on_where_the_last_one_ended(
    world: World, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescoring, "PAGE", 1)
    await world.take(1)
    await world.look.execute(
        "INSERT INTO attempts SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'attempt_id', gen_random_uuid(), 'student_id', gen_random_uuid()))).* FROM attempts a, generate_series(1, 4)"
    )
    await world.look.execute(
        "INSERT INTO profiles SELECT a.attempt_id, 1, p.scores, p.signs, p.scored_at "
        "FROM attempts a, profiles p WHERE a.attempt_id <> p.attempt_id"
    )
    assert await rescore(service, *corrected(tmp_path, "readiness", turned)) == 5
    assert await world.look.fetchval("SELECT count(*) FROM profiles WHERE scoring = 2") == 5


def _letters_changed_places(text: str) -> str:
    assert "interest: R\n" in text
    return (
        text.replace("interest: R\n", "interest: ?\n")
        .replace("interest: S\n", "interest: R\n")
        .replace("interest: ?\n", "interest: S\n")
    )
