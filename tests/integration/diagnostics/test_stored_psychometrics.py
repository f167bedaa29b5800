"""Statistics of the stored attempts: submitted ones, unflagged unless asked for, and nobody's identity."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.psychometrics.answer_files import Chunk
from bilet_diagnostics.psychometrics.scales import Groups, gather
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from bilet_diagnostics.storage.stored_answers import Selection, Which, copy_answers
from bilet_diagnostics.use_cases import psychometrics
from bilet_diagnostics.use_cases.psychometrics import measure_stored
from bilet_kit.service import Service
from tests.integration.diagnostics.bookings import staff
from tests.integration.diagnostics.world import World, problem_of

LIBRARY = load_library(packaged_folder())
READINESS, OBSTACLES = LIBRARY.paper_for(1, 8).instruments
Values = list[int | None]

_ATTEMPT = """
INSERT INTO attempts (attempt_id, student_id, region_code, season_code, stage, number, grade, instruments, status,
    started_at, submitted_at, chosen, answered_ms, sequences)
VALUES ($1, $2, $3, '63-2026', 1, $4, $5, $6, $7, now(), CASE WHEN $7 = 'submitted' THEN now() END, $8, '{}', '{}')
"""


async def store(
    world: World,
    values: Sequence[int | None],
    *,
    student: UUID | None = None,
    number: int = 1,
    grade: int = 8,
    region: str = "63",
    status: str = "submitted",
    signs: Sequence[str] = (),
    refs: tuple[str, ...] = (READINESS.ref, OBSTACLES.ref),
) -> UUID:
    """An attempt at stage 1 as it would lie in the database; obstacles are all answered 3."""
    attempt_id, student_id = uuid4(), student or uuid4()
    chosen = [*values, *[3] * len(OBSTACLES.items)]
    await world.look.execute(_ATTEMPT, attempt_id, student_id, region, number, grade, list(refs), status, chosen)
    if status == "submitted":
        await world.look.execute("INSERT INTO profiles VALUES ($1, 1, '{}', $2, now())", attempt_id, list(signs))
    return student_id


def some(rows: int, seed: int = 1) -> list[Values]:
    """Rows of answers to readiness, some missing."""
    random = np.random.default_rng(seed)
    drawn = random.integers(1, 6, size=(rows, len(READINESS.items)))
    gaps = random.random(drawn.shape) < 0.05
    return [
        [None if gap else int(value) for value, gap in zip(*row, strict=True)] for row in zip(drawn, gaps, strict=True)
    ]


async def measured(
    service: Service, selection: Selection | None = None, instrument: Instrument = READINESS, library: Library = LIBRARY
) -> Groups:
    return await measure_stored(
        service.database, library, instrument, bands=GRADE_BANDS, selection=selection or Selection()
    )


def expected(rows: Sequence[Values], grades: Sequence[int]) -> Groups:
    answers = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=float)
    return gather([Chunk(answers, np.array(grades, dtype=float))], READINESS, GRADE_BANDS)


async def test_the_stored_attempts_give_what_a_file_of_the_same_answers_gives(
    world: World, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psychometrics, "GATHER_BYTES", 100)
    rows, grades = some(30), [6 + place % 6 for place in range(30)]
    for row, grade in zip(rows, grades, strict=True):
        await store(world, row, grade=grade)
    assert (await measured(service)).named == expected(rows, grades).named


async def test_a_mean_counted_by_hand(world: World, service: Service) -> None:
    for value in (1, 2, 5):
        await store(world, [value] * 20)
    concern = (await measured(service)).everyone["concern"]
    sums = [4 * value + 6 - value for value in (1, 2, 5)]
    assert concern.n == 3
    assert concern.mean == pytest.approx(statistics.fmean(sums))
    assert concern.sd == pytest.approx(statistics.stdev(sums))


async def test_each_instrument_of_a_stage_reads_its_own_answers(world: World, service: Service) -> None:
    for row in some(12):
        await store(world, row)
    found = (await measured(service, instrument=OBSTACLES)).everyone
    assert {item.mean for one in found.values() for item in one.items} == {3.0}


async def test_open_attempts_are_left_out_and_flagged_ones_unless_asked_for(world: World, service: Service) -> None:
    await store(world, [4] * 20)
    await store(world, [4] * 20, signs=["straight-lining"])
    await store(world, [4] * 20, status="started")
    assert (await measured(service)).everyone["concern"].n == 1
    assert (await measured(service, Selection(which=Which.ALL))).everyone["concern"].n == 2


async def test_for_norms_only_the_first_attempt_of_a_pupil_counts(world: World, service: Service) -> None:
    first = await store(world, [1] * 20)
    await store(world, [5] * 20, student=first, number=2)
    hasty = await store(world, [2] * 20, signs=["impossible-speed"])
    await store(world, [5] * 20, student=hasty, number=2)
    found = (await measured(service, Selection(which=Which.FIRST_UNFLAGGED))).everyone["control"]
    assert found.n == 1
    assert {item.mean for item in found.items} == {1.0, 5.0}, "the reversed item is turned"
    assert (await measured(service)).everyone["control"].n == 3


async def test_grades_and_regions_may_be_chosen(world: World, service: Service) -> None:
    for grade, region in ((8, "63"), (9, "63"), (10, "63"), (8, "64")):
        await store(world, [3] * 20, grade=grade, region=region)
    band = GradeBand(8, 9)
    assert (await measured(service, Selection(grades=band))).everyone["concern"].rows == 3
    assert (await measured(service, Selection(grades=band, regions=["63"]))).everyone["concern"].rows == 2
    assert (await measured(service, Selection(regions=[]))).everyone["concern"].rows == 0


async def test_answers_to_an_earlier_version_serve_one_that_asks_the_same(world: World, service: Service) -> None:
    await store(world, [1] * 20)
    turned = [replace(item, keys=dict.fromkeys(item.keys, 1)) for item in READINESS.items]
    unpublished = replace(READINESS, version=2, items=tuple(turned))
    found = (await measured(service, instrument=unpublished)).everyone["concern"]
    assert (found.n, found.mean) == (1, 5.0)
    other = replace(READINESS, version=2, items=READINESS.items[:-1])
    assert (await measured(service, instrument=other)).everyone["concern"].rows == 0


async def test_what_leaves_the_database_holds_grades_and_answers_only(world: World, service: Service) -> None:
    await store(world, [None, 2, *[4] * 18])
    pieces: list[bytes] = []

    async def sink(piece: bytes) -> None:
        pieces.append(piece)

    await copy_answers(service.database, LIBRARY, READINESS, Selection(), sink)
    assert b"".join(pieces) == b"8,,2," + b",".join([b"4"] * 18) + b"\n"


async def methodologist(world: World, region: str = "63") -> UUID:
    who = uuid4()
    await world.hear(staff(who, {"role": "methodologist", "region_code": region}))
    return who


async def test_a_methodologist_reads_statistics_of_the_own_regions(world: World) -> None:
    rows = some(12)
    for row in rows:
        await store(world, row)
    await store(world, [5] * 20, region="64")
    answer = await world.read("/instruments/readiness-1/psychometrics", "methodologist", await methodologist(world))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["instrument"], body["grades"], body["attempts"]) == ("readiness-1", None, 12)
    wanted = expected(rows, [8] * 12).everyone
    assert [one["scale"] for one in body["scales"]] == list(wanted)
    shown = [one["n"] for one in body["scales"]]
    assert shown == [one.n if one.n >= 10 else None for one in wanted.values()]
    assert "student" not in answer.text


async def test_figures_shown_are_those_of_the_attempts(world: World) -> None:
    rows: list[Values] = [[(row + place) % 5 + 1 for place in range(20)] for row in range(10)]
    for row in rows:
        await store(world, row)
    answer = await world.read("/instruments/readiness-1/psychometrics", "methodologist", await methodologist(world))
    wanted = expected(rows, [8] * 10).everyone["concern"]
    (concern,) = [one for one in answer.json()["scales"] if one["scale"] == "concern"]
    assert (concern["n"], concern["mean"], concern["sd"]) == (10, wanted.mean, wanted.sd)
    assert [one["item_rest"] for one in concern["items"]] == [one.item_rest for one in wanted.items]


async def test_fewer_than_ten_attempts_say_nothing(world: World) -> None:
    who = await methodologist(world)
    for row in some(10):
        await store(world, row, grade=8)
    for row in some(9):
        await store(world, row, grade=6)
    path = "/instruments/readiness-1/psychometrics"
    assert (await world.read(f"{path}?grades=8-9", "methodologist", who)).status_code == 200
    for small in ("6-7", "10-11"):
        answer = await world.read(f"{path}?grades={small}", "methodologist", who)
        assert problem_of(answer) == (409, "group-too-small")


async def test_a_scale_that_fewer_than_ten_answered_wholly_shows_no_figures(world: World) -> None:
    for _ in range(12):
        await store(world, [None, *[4] * 19])
    answer = await world.read("/instruments/readiness-1/psychometrics", "methodologist", await methodologist(world))
    concern, *others = answer.json()["scales"]
    assert (concern["n"], concern["mean"], concern["items"]) == (None, None, [])
    assert {one["n"] for one in others} == {12}


async def test_nobody_else_reads_statistics(world: World) -> None:
    path = "/instruments/readiness-1/psychometrics"
    for role in ("student", "guardian", "mentor", "school-coordinator", "regional-operator"):
        assert problem_of(await world.read(path, role, uuid4())) == (403, "role-not-allowed")
    assert problem_of(await world.read(path, "methodologist", uuid4())) == (404, "instrument-not-found")
    who = await methodologist(world)
    unknown = await world.read("/instruments/readiness-9/psychometrics", "methodologist", who)
    assert problem_of(unknown) == (404, "instrument-not-found")
    odd = await world.read(f"{path}?grades=7-8", "methodologist", who)
    assert problem_of(odd) == (422, "request-invalid")


async def test_one_count_at_a_time(world: World) -> None:
    who = await methodologist(world)
    async with world.look.transaction():
        await world.look.fetchval("SELECT pg_advisory_xact_lock(hashtext('psychometrics'))")
        answer = await world.read("/instruments/readiness-1/psychometrics", "methodologist", who)
    assert problem_of(answer) == (503, "statistics-busy")
