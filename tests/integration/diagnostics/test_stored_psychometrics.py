"""Statistics of the stored attempts: submitted ones, unflagged unless asked for, and nobody's identity."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest

from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.psychometrics.answer_files import Chunk
from bilet_diagnostics.psychometrics.scales import Groups, gather
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from bilet_diagnostics.storage.stored_answers import EACH, Selection, Which, copy_answers
from bilet_diagnostics.use_cases import psychometrics
from bilet_diagnostics.use_cases.psychometrics import measure_stored
from bilet_kit.process.service import Service
from tests.integration.diagnostics.world import World

LIBRARY = load_library(packaged_folder())
FIRST_STAGE = LIBRARY.paper_for(1, 8)
READINESS, OBSTACLES = FIRST_STAGE.instruments
PATH = f"/instruments/{READINESS.ref}/psychometrics"
Values = list[int | None]

_ATTEMPT = """
INSERT INTO attempts (attempt_id, student_id, region_code, season_code, stage, number, grade, instruments, status,
    started_at, submitted_at, chosen, answered_ms, sequences)
VALUES ($1, $2, $3, $9, $10, $4, $5, $6, $7, clock_timestamp(), CASE WHEN $7 = 'submitted' THEN clock_timestamp() END,
    $8, '{}', '{}')
"""


async def store(
    world: World,
    values: Sequence[int | None],
    *,
    student: UUID | None = None,
    number: int = 1,
    grade: int = 8,
    region: str = "63",
    season: str = "63-2026",
    status: str = "submitted",
    signs: Sequence[str] = (),
    paper: Paper = FIRST_STAGE,
) -> UUID:
    """Store an attempt as the service would; items after the given values are answered 3."""
    attempt_id, student_id = uuid4(), student or uuid4()
    chosen = [*values, *[3] * (len(paper.items) - len(values))]
    place = (paper.instruments[0].stage,)
    found = (attempt_id, student_id, region, number, grade, list(paper.refs), status, chosen, season, *place)
    await world.look.execute(_ATTEMPT, *found)
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
    return await measure_stored(service.database, library, instrument, selection or Selection())


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


async def test_a_parallel_form_has_first_attempts_of_its_own_though_it_is_only_asked_at_retakes(
    world: World, service: Service
) -> None:
    main = LIBRARY.paper_for(3, 8)
    form = LIBRARY.paper_for(3, 8, [main.refs])
    knowledge, knowledge_b = main.instruments[-1], form.instruments[-1]
    assert knowledge_b.parallel_of == knowledge.id
    pupil = uuid4()
    for number, paper in enumerate((main, form, main, form), start=1):
        await store(world, [number] * len(main.instruments[0].items), student=pupil, number=number, paper=paper)
    hasty = await store(world, [], paper=main)
    await store(world, [], student=hasty, number=2, paper=form, signs=["impossible-speed"])
    await store(world, [], student=hasty, number=3, paper=form)
    first = Selection(which=Which.FIRST_UNFLAGGED)
    everyone = (await measured(service, instrument=knowledge_b)).everyone
    assert {one.rows for one in everyone.values()} == {3}
    of_form = (await measured(service, first, instrument=knowledge_b)).everyone
    assert {one.rows for one in of_form.values()} == {1}, "the pupil's second attempt is the form's first"
    of_main = (await measured(service, first, instrument=knowledge)).everyone
    assert {one.rows for one in of_main.values()} == {2}
    interests = (await measured(service, first, instrument=main.instruments[0])).everyone
    assert {item.mean for item in interests["realistic"].items} == {2.0}, "first of both pupils: (1 + 3) / 2"


async def test_an_attempt_is_no_first_one_after_another_version_or_one_never_handed_in(
    world: World, service: Service
) -> None:
    newer = replace(READINESS, version=READINESS.version + 1)
    library = Library([*LIBRARY.instruments, newer])
    pupil = await store(world, [1] * 20)
    await store(world, [5] * 20, student=pupil, number=2, paper=library.paper((newer.ref, OBSTACLES.ref)))
    stopped = await store(world, [1] * 20, status="stopped", season="63-2025")
    await store(world, [5] * 20, student=stopped)
    first = Selection(which=Which.FIRST_UNFLAGGED)
    for version in (READINESS, newer):
        assert (await measured(service, first, version, library)).everyone["concern"].rows == 1


async def test_regions_may_be_chosen_and_grade_bands_stand_apart(world: World, service: Service) -> None:
    for grade, region in ((8, "63"), (9, "63"), (10, "63"), (8, "64")):
        await store(world, [3] * 20, grade=grade, region=region)
    by_band = (await measured(service)).by_band
    assert {str(band): found["concern"].rows for band, found in by_band.items()} == {"8-9": 3, "10-11": 1}
    assert (await measured(service, Selection(regions=["63"]))).everyone["concern"].rows == 3
    assert (await measured(service, Selection(regions=[]))).everyone["concern"].rows == 0


async def test_answers_to_an_earlier_version_serve_one_that_asks_the_same(world: World, service: Service) -> None:
    await store(world, [1] * 20)
    turned = [replace(item, keys=dict.fromkeys(item.keys, 1)) for item in READINESS.items]
    unpublished = replace(READINESS, version=READINESS.version + 1, items=tuple(turned))
    found = (await measured(service, instrument=unpublished)).everyone["concern"]
    assert (found.n, found.mean) == (1, 5.0)
    other = replace(unpublished, items=READINESS.items[:-1])
    assert (await measured(service, instrument=other)).everyone["concern"].rows == 0


async def test_what_leaves_the_database_holds_grades_and_answers_only(world: World, service: Service) -> None:
    await store(world, [None, 2, *[4] * 18])
    pieces: list[bytes] = []

    async def sink(piece: bytes) -> None:
        pieces.append(piece)

    await copy_answers(service.database, LIBRARY, READINESS, Selection(), EACH, sink)
    assert b"".join(pieces) == b"8,,2," + b",".join([b"4"] * 18) + b"\n"
