"""From what anybody but the pupil sees, no single answer can be told, whichever shipped instrument it was given to."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bilet_diagnostics.domain.feedback import LEAST_ITEMS_FOR_OTHERS, THIRDS, Feedback, feedback_on, for_others
from bilet_diagnostics.domain.instrument import DO_NOT_KNOW, Instrument, Item
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

LIBRARY: Library = load_library(packaged_folder())
Answers = tuple[int | None, ...]


def papers() -> Iterator[tuple[int, Paper]]:
    """Each stage for younger and for older pupils, at first and at a retake, with the versions of every time."""
    for version, stage, grade in product(sorted({one.version for one in LIBRARY.instruments}), (1, 2, 3), (6, 9)):
        library = Library(one for one in LIBRARY.instruments if one.version <= version)
        first = library.paper_for(stage, grade)
        yield grade, first
        yield grade, library.paper_for(stage, grade, [first.refs])


PAPERS = tuple({(grade, paper.refs): (grade, paper) for grade, paper in papers()}.values())
EACH = pytest.mark.parametrize(("grade", "paper"), PAPERS, ids=lambda one: "+".join(getattr(one, "refs", [str(one)])))


def own(paper: Paper, values: Answers, grade: int) -> Feedback:
    return feedback_on(LIBRARY, paper, score_paper(paper, values), grade)


def seen(paper: Paper, values: Answers, grade: int) -> Feedback:
    return for_others(own(paper, values, grade))


def sizes(paper: Paper) -> dict[str, int]:
    return {key.scale.id: len(key.positions) for one in paper.instruments for key in one.keys}


def scale_of(item: Item) -> str:
    (scale,) = item.keys
    return scale


@st.composite
def answers_to(draw: st.DrawFn, paper: Paper) -> Answers:
    """Answers near the ends of scales more often than not: there a sum tells most. One in ten leans no way or is blank."""
    leaning = {scale: draw(st.sampled_from((0, 1, None))) for scale in sizes(paper)}
    dice = Random(draw(st.integers(0, 2**32)))
    values: list[int | None] = []
    for item, allowed in zip(paper.items, paper.allowed, strict=True):
        lean = leaning[scale_of(item)]
        value: int | None = dice.choice(allowed) if lean is None else at_end(item, allowed, lean)
        values.append(dice.choice((None, *allowed)) if dice.random() < 0.1 else value)
    return tuple(values)


def at_end(item: Item, allowed: tuple[int, ...], end: float) -> int:
    """Find the answer that puts its scale to the high (1) or the low (0) end."""
    if item.right is not None:
        return item.right if end else DO_NOT_KNOW
    return max(allowed) if bool(end) is (item.keys[scale_of(item)] > 0) else min(allowed)


def moved(paper: Paper, values: Answers, scale: str, step: int, besides: int) -> Answers | None:
    """Move the scale's sum one step through another answer than `besides`; None where none can move."""
    for position, item in enumerate(paper.items):
        if position != besides and scale_of(item) == scale:
            other = stepped(paper, values, position, step)
            if other is not None:
                return other
    return None


def stepped(paper: Paper, values: Answers, position: int, step: int) -> Answers | None:
    """One answer a step further towards the high (+1) or the low (−1) end of its scale; in a quiz right or not."""
    item, value = paper.items[position], values[position]
    if value is None:
        return None
    if item.right is None:
        new = value + step * item.keys[scale_of(item)]
    else:
        new = {(1, False): item.right, (-1, True): DO_NOT_KNOW}.get((step, value == item.right), -1)
    return (*values[:position], new, *values[position + 1 :]) if new in paper.allowed[position] else None


def blanks_filled(paper: Paper, values: Answers) -> Answers:
    """Fill blanks in quizzes and in scales at one end, leaving the scores: nobody else knows what was left blank."""
    scores = {scale: one for of_one in score_paper(paper, values).values() for scale, one in of_one.items()}
    ends = {scale: one.share for scale, one in scores.items() if one.share in {0, 1}}
    ends |= {scale_of(item): 0 for item in paper.items if item.right is not None}
    return tuple(
        at_end(item, allowed, ends[scale_of(item)]) if value is None and scale_of(item) in ends else value
        for item, allowed, value in zip(paper.items, paper.allowed, values, strict=True)
    )


def others_that_look_the_same(paper: Paper, values: Answers, position: int) -> Iterator[Answers]:
    """Answers with another value at `position`: balanced within its scale, else with further scales moved by a step."""
    mine = scale_of(paper.items[position])
    for step in (-1, 1):
        changed = stepped(paper, values, position, step)
        if changed is None:
            continue
        balanced = moved(paper, changed, mine, -step, position)
        if balanced is not None:
            yield balanced
        yield from with_other_scales_moved(paper, changed, mine, position)


def with_other_scales_moved(paper: Paper, values: Answers, mine: str, position: int) -> Iterator[Answers]:
    ranked = [scale.id for one in paper.instruments for scale in one.scales if scale.feedback and scale.id != mine]
    for moves in sorted(product((0, -1, 1), repeat=len(ranked)), key=lambda moves: sum(map(abs, moves))):
        candidate: Answers | None = values
        for scale, step in zip(ranked, moves, strict=True):
            if step and candidate is not None:
                candidate = moved(paper, candidate, scale, step, position)
        if candidate is not None:
            yield candidate


@EACH
@settings(max_examples=40)
@given(data=st.data())
def test_no_single_answer_can_be_told_from_what_others_see(grade: int, paper: Paper, data: st.DataObject) -> None:
    values = data.draw(answers_to(paper))
    answered = [place for place, value in enumerate(values) if value is not None]
    assume(answered)
    position = data.draw(st.sampled_from(answered))
    shown = seen(paper, values, grade)
    alike = (
        one
        for one in others_that_look_the_same(paper, blanks_filled(paper, values), position)
        if seen(paper, one, grade) == shown
    )
    witness = next(alike, None)
    assert witness is not None, (paper.items[position].id, values)
    assert witness[position] != values[position]


@EACH
@settings(max_examples=15)
@given(data=st.data())
def test_what_is_asked_once_or_twice_of_a_trait_changes_nothing_that_others_see(
    grade: int, paper: Paper, data: st.DataObject
) -> None:
    values = data.draw(answers_to(paper))
    small = [
        place
        for place, item in enumerate(paper.items)
        if sizes(paper)[scale_of(item)] < LEAST_ITEMS_FOR_OTHERS and not scale_of(item).startswith("field-")
    ]
    elsewhere = list(values)
    for place in small:
        elsewhere[place] = data.draw(st.sampled_from(paper.allowed[place]))
    assert seen(paper, tuple(elsewhere), grade) == seen(paper, values, grade)


@EACH
def test_others_never_see_a_scale_of_fewer_than_three_items(grade: int, paper: Paper) -> None:
    for value in (1, 3, 5):
        values = tuple(value if value in allowed else max(allowed) for allowed in paper.allowed)
        assert all(sizes(paper)[one.scale] >= 3 for one in seen(paper, values, grade).scales)


def test_a_guardian_never_sees_a_single_answer_about_an_obstacle() -> None:
    paper = LIBRARY.paper_for(1, 9)
    for value in range(1, 6):
        values = tuple(value if item.id.startswith("ob") else 3 for item in paper.items)
        said = seen(paper, values, 9)
        assert {one.scale for one in said.scales} == {"concern", "control", "curiosity", "confidence"}
        assert said == seen(paper, (3,) * len(paper.items), 9)
        assert {"information", "time", "family"} < {one.scale for one in own(paper, values, 9).scales}


@EACH
@settings(max_examples=15)
@given(data=st.data())
def test_seeing_it_through_somebody_elses_eyes_twice_changes_nothing(
    grade: int, paper: Paper, data: st.DataObject
) -> None:
    once = seen(paper, data.draw(answers_to(paper)), grade)
    assert for_others(once) == once


@EACH
@settings(max_examples=15)
@given(data=st.data())
def test_others_see_thirds_and_not_places(grade: int, paper: Paper, data: st.DataObject) -> None:
    said = seen(paper, data.draw(answers_to(paper)), grade)
    assert {one.place for one in said.scales} <= set(THIRDS.values())
    assert all(one.place == THIRDS[one.band] for one in said.scales)
    if said.code is not None:
        assert said.code.differentiation in {0.0, *THIRDS.values()}
        assert said.code.is_flat == bool(said.summary)


def test_two_strong_sides_are_both_told_to_others_in_the_order_of_the_questionnaire() -> None:
    paper = LIBRARY.paper_for(1, 9)
    values = tuple({1: 5, -1: 1}[item.keys[scale_of(item)]] for item in paper.items)
    assert len(own(paper, values, 9).strengths) == 3
    assert len(seen(paper, values, 9).strengths) == 4


def test_a_scale_of_two_items_is_left_out_whatever_it_measures() -> None:
    whole = LIBRARY.paper_for(1, 9).instruments[0]
    short: Instrument = replace(
        whole, items=tuple(item for item in whole.items if "concern" not in item.keys or item.id in {"rd01", "rd05"})
    )
    paper = Paper((short,))
    said = feedback_on(Library([short]), paper, score_paper(paper, [3] * len(paper.items)), 9)
    assert "concern" in {one.scale for one in said.scales}
    assert "concern" not in {one.scale for one in for_others(said).scales}


@pytest.mark.parametrize(
    ("left_out", "shown"), [((), True), (("field-it", 1), False), (("know-it", 1), False), (("know-it", 2), False)]
)
def test_a_field_of_one_activity_or_of_two_questions_is_left_out(left_out: tuple[str, int], shown: bool) -> None:  # noqa: FBT001
    whole = LIBRARY.paper_for(3, 9).instruments
    paper = Paper(tuple(without(one, *left_out) for one in whole) if left_out else whole)
    said = feedback_on(Library(paper.instruments), paper, score_paper(paper, (1,) * len(paper.items)), 9)
    assert "Информационные технологии" in {one.field for one in said.fields}
    assert ("Информационные технологии" in {one.field for one in for_others(said).fields}) is shown


def without(instrument: Instrument, scale: str, how_many: int) -> Instrument:
    gone = [item.id for item in instrument.items if scale in item.keys][:how_many]
    return replace(instrument, items=tuple(item for item in instrument.items if item.id not in gone))
