"""Where a result lies among participants."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.feedback import AMONG_PARTICIPANTS, FOR_OTHERS, RAW_ONLY, feedback_on, for_others
from bilet_diagnostics.domain.instrument import Band, GradeBand
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import Norm, NormSet, t_score
from bilet_diagnostics.domain.scoring import Score, score_paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

NORM = Norm(scale="concern", grades=GradeBand(8, 9), n=412, mean=18.0, sd=4.0, alpha=0.75)
PACKAGED = load_library(packaged_folder())
READINESS = PACKAGED.paper_for(1, 8).instruments[0]
NORMS = NormSet(instrument=READINESS.ref, version=1, source="Сезон 2026", norms=(NORM,))
LIBRARY = Library(PACKAGED.instruments, [NORMS])


def score(raw: float) -> Score:
    return Score(raw=raw, lowest=5, highest=25, answered=5, items=5, band=Band.MIDDLE)


def test_the_mean_is_50_and_a_standard_deviation_is_10() -> None:
    assert [t_score(score(raw), NORM).value for raw in (14, 18, 22)] == [40, 50, 60]


def test_the_band_is_one_standard_error() -> None:
    place = t_score(score(18), NORM)
    assert (place.low, place.high) == (45, 55)


@given(st.floats(5, 25), st.floats(5, 25))
def test_a_higher_score_never_has_a_lower_place(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert t_score(score(low), NORM).value <= t_score(score(high), NORM).value


@given(st.floats(5, 25), st.floats(0, 0.99))
def test_the_place_lies_within_its_band_and_a_better_scale_has_a_narrower_one(raw: float, alpha: float) -> None:
    wide = t_score(score(raw), replace(NORM, alpha=0.0))
    band = t_score(score(raw), replace(NORM, alpha=alpha))
    assert band.low <= band.value <= band.high
    assert band.high - band.low <= wide.high - wide.low + 0.1


@pytest.mark.parametrize(("grade", "has_norms"), [(8, True), (9, True), (10, False), (6, False)])
def test_only_grades_with_norms_see_their_place_and_are_told_among_whom(grade: int, has_norms: bool) -> None:  # noqa: FBT001
    paper = LIBRARY.paper_for(1, grade)
    feedback = feedback_on(LIBRARY, paper, score_paper(paper, [4] * len(paper.items)), grade)
    placed = {one.scale for one in feedback.scales if one.among_participants}
    assert placed == ({"concern"} if has_norms else set())
    assert feedback.notes[:-1] == ((AMONG_PARTICIPANTS, RAW_ONLY) if has_norms else (RAW_ONLY,))
    assert "среди участников" in AMONG_PARTICIPANTS


def test_where_every_scale_has_norms_nothing_is_said_of_scales_without() -> None:
    (instrument,) = LIBRARY.paper_for(2, 8).instruments
    norms = tuple(replace(NORM, scale=scale.id, mean=30.0) for scale in instrument.scales)
    library = Library([instrument], [NormSet(instrument=instrument.ref, version=1, source="Сезон 2026", norms=norms)])
    paper = library.paper_for(2, 8)
    feedback = feedback_on(library, paper, score_paper(paper, [4] * 50), 8)
    assert feedback.notes[:-1] == (AMONG_PARTICIPANTS,)


def test_norms_change_no_word_and_the_note_says_so() -> None:
    paper = LIBRARY.paper_for(1, 8)
    scores = score_paper(paper, [4] * len(paper.items))
    plain = feedback_on(Library(LIBRARY.instruments), paper, scores, 8)
    placed = feedback_on(LIBRARY, paper, scores, 8)
    assert [(one.band, one.text) for one in placed.scales] == [(one.band, one.text) for one in plain.scales]
    assert all("третям шкалы" in note for note in (AMONG_PARTICIPANTS, RAW_ONLY))


def test_others_see_no_place_among_participants() -> None:
    paper = LIBRARY.paper_for(1, 8)
    seen = for_others(feedback_on(LIBRARY, paper, score_paper(paper, [4] * len(paper.items)), 8))
    assert not [one for one in seen.scales if one.among_participants]
    assert FOR_OTHERS in seen.notes
    assert AMONG_PARTICIPANTS not in seen.notes
