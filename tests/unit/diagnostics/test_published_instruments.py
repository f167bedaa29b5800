"""The instruments that are shipped: complete, short, and with nothing in them that harms a child."""

import re
from collections import Counter

import pytest

from bilet_diagnostics.domain.instrument import Audience, Instrument, Kind
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

LIBRARY = load_library(packaged_folder())
EACH = pytest.mark.parametrize("instrument", LIBRARY.instruments, ids=lambda one: one.ref)
FIELDS = {
    "Строительство",
    "Творчество и дизайн",
    "Информационные технологии",
    "Производство и инженерия",
    "Сфера услуг",
    "Транспорт и логистика",
    "Образование",
}


def texts_of(instrument: Instrument) -> list[str]:
    feedback = [text for scale in instrument.scales for texts in scale.feedback.values() for text in texts.values()]
    return [*(item.text for item in instrument.items), *feedback]


@pytest.mark.parametrize("grade", range(6, 12))
@pytest.mark.parametrize(
    ("stage", "names"),
    [
        (1, {"readiness", "obstacles"}),
        (2, {"big-five"}),
        (3, {"interests", "knowledge"}),
    ],
)
def test_every_grade_has_its_instruments_of_every_stage(stage: int, names: set[str], grade: int) -> None:
    paper = LIBRARY.paper_for(stage, grade)
    assert {re.sub(r"-\d+$", "", one.id) for one in paper.instruments} == names


def test_a_stage_asks_its_instruments_in_their_place() -> None:
    assert LIBRARY.paper_for(1, 8).refs == ("readiness-1", "obstacles-1")
    assert LIBRARY.paper_for(3, 8).refs == ("interests-48-1", "knowledge-1")


@pytest.mark.parametrize(("grade", "counts"), [(7, (25, 20, 65)), (8, (25, 50, 83))])
def test_younger_pupils_are_asked_less(grade: int, counts: tuple[int, int, int]) -> None:
    assert tuple(len(LIBRARY.paper_for(stage, grade).items) for stage in (1, 2, 3)) == counts


@EACH
def test_source_licence_and_state_of_the_translation_are_told(instrument: Instrument) -> None:
    assert instrument.source
    assert instrument.licence
    foreign = instrument.id.startswith(("big-five", "interests"))
    assert instrument.translation == ("unvalidated translation" if foreign else "own items")
    assert ("по мотивам" in instrument.title) is foreign


@EACH
def test_nothing_is_asked_that_harms(instrument: Instrument) -> None:
    harmful = re.compile(
        r"наркот|алког|спирт|ненавижу себя|смерт|умер|полити|президент|парти|религ|депресс|отчаян|бесполезн",
        re.IGNORECASE,
    )
    assert not [text for text in texts_of(instrument) if harmful.search(text)]


@EACH
def test_pupils_are_addressed_as_you_and_without_a_diagnosis(instrument: Instrument) -> None:
    judging = re.compile(r"\b(слаб|плохо развит|низкий уровень|отклонен|норм[аы]\b|диагноз|неспособ)", re.IGNORECASE)
    assert not [text for text in texts_of(instrument) if judging.search(text)]


def test_the_personality_scales_have_four_or_ten_items_and_reversed_ones_among_them() -> None:
    for name, size in (("big-five-20", 4), ("big-five-20-b", 4), ("big-five-50", 10)):
        (instrument,) = [one for one in LIBRARY.instruments if one.id == name]
        for key in instrument.keys:
            assert len(key.positions) == size
            assert set(key.signs) == {1, -1}


def test_the_keys_of_the_fifty_markers_are_those_of_the_source() -> None:
    (instrument,) = [one for one in LIBRARY.instruments if one.id == "big-five-50"]
    reversed_items = {int(item.id[1:]) for item in instrument.items if set(item.keys.values()) == {-1}}
    assert reversed_items == {
        2,
        4,
        6,
        8,
        10,
        12,
        14,
        16,
        18,
        20,
        22,
        24,
        26,
        28,
        29,
        30,
        32,
        34,
        36,
        38,
        39,
        44,
        46,
        49,
    }


@pytest.mark.parametrize(("name", "each"), [("interests-48", 8), ("interests-30", 5)])
def test_each_interest_has_as_many_activities_and_each_field_two(name: str, each: int) -> None:
    (instrument,) = [one for one in LIBRARY.instruments if one.id == name]
    counts = Counter(scale for item in instrument.items for scale in item.keys)
    assert {scale.interest: counts[scale.id] for scale in instrument.scales if scale.interest} == dict.fromkeys(
        "RIASEC", each
    )
    assert {scale.field: counts[scale.id] for scale in instrument.scales if scale.field} == dict.fromkeys(FIELDS, 2)


QUIZZES = [one for one in LIBRARY.instruments if one.kind is Kind.QUIZ]


@pytest.mark.parametrize("instrument", QUIZZES, ids=lambda one: one.ref)
def test_knowledge_asks_three_questions_of_each_field_and_the_right_answer_moves(instrument: Instrument) -> None:
    counts = Counter(scale for item in instrument.items for scale in item.keys)
    assert {scale.field: counts[scale.id] for scale in instrument.scales} == dict.fromkeys(FIELDS, 3)
    assert set(Counter(item.right for item in instrument.items)) == {1, 2, 3, 4}


def test_only_calm_and_family_are_the_pupils_alone() -> None:
    private = {scale.id for one in LIBRARY.instruments for scale in one.scales if scale.audience is Audience.STUDENT}
    assert private == {"emotional-stability", "family"}
