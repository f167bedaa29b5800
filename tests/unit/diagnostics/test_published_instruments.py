"""The instruments that are shipped: complete, short, and with nothing in them that harms a child."""

import re
from collections import Counter

import pytest

from bilet_diagnostics.domain.instrument import DO_NOT_KNOW, Audience, GradeBand, Instrument, Item, Kind, Role
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

LIBRARY = load_library(packaged_folder())
EACH = pytest.mark.parametrize("instrument", LIBRARY.instruments, ids=lambda one: one.ref)
NEWEST = {one.id: one for one in LIBRARY.instruments}
FOR_ALL_GRADES = [one for one in NEWEST.values() if one.grades == GradeBand(6, 11)]
STATEMENTS = [NEWEST[name] for name in ("readiness", "big-five-20", "big-five-50", "interests-30", "interests-48")]
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
    grid = [text for texts in instrument.grid.values() for text in texts.values()]
    steps = [step for steps in instrument.next_steps.values() for step in steps]
    return [*(item.text for item in instrument.items), *feedback, *grid, *steps, *instrument.flat_profile.values()]


def choices(item: Item) -> dict[int, str]:
    return {option.value: option.text for option in item.options if option.value != DO_NOT_KNOW}


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
    assert [one.id for one in LIBRARY.paper_for(1, 8).instruments] == ["readiness", "obstacles"]
    assert [one.id for one in LIBRARY.paper_for(3, 8).instruments] == ["interests-48", "knowledge"]


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
        for key in NEWEST[name].keys:
            assert len(key.positions) == size
            assert set(key.signs) == {1, -1}


def test_the_keys_of_the_fifty_markers_are_those_of_the_source() -> None:
    reversed_items = {int(item.id[1:]) for item in NEWEST["big-five-50"].items if set(item.keys.values()) == {-1}}
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
    instrument = NEWEST[name]
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


@pytest.mark.parametrize("instrument", [NEWEST["knowledge"], NEWEST["knowledge-b"]], ids=lambda one: one.ref)
def test_every_answer_can_be_looked_up_in_a_source_that_is_named(instrument: Instrument) -> None:
    assert not [item.id for item in instrument.items if item.source.startswith("Учебник")]


def test_the_right_answer_is_not_told_by_its_length_or_place() -> None:
    items = NEWEST["knowledge"].items
    lengths = {item.id: {value: len(text) for value, text in choices(item).items()} for item in items}
    most = len(items) / 4
    assert sum(lengths[one.id][one.right or 0] == max(lengths[one.id].values()) for one in items) <= most
    assert sum(lengths[one.id][one.right or 0] == min(lengths[one.id].values()) for one in items) <= most
    assert {sum(one.right == place for one in items) for place in (1, 2, 3, 4)} <= {5, 6}


def test_the_four_answers_look_alike() -> None:
    for item in NEWEST["knowledge"].items:
        lengths = [len(text) for text in choices(item).values()]
        assert max(lengths) <= 1.7 * min(lengths), item.id


@pytest.mark.parametrize("instrument", STATEMENTS, ids=lambda one: one.ref)
def test_a_statement_says_one_thing_and_denies_nothing(instrument: Instrument) -> None:
    faulty = re.compile(r"\b(и|или)\b|^(мне )?не |\bне (очень|люблю|вижу)\b", re.IGNORECASE)
    assert not [item.text for item in instrument.items if faulty.search(item.text)]


@pytest.mark.parametrize("instrument", [one for one in NEWEST.values() if one.contrary], ids=lambda one: one.ref)
def test_contrary_statements_are_about_one_scale_with_opposite_keys(instrument: Instrument) -> None:
    keys = {item.id: item.keys for item in instrument.items}
    for one, other in instrument.contrary:
        assert keys[one] == {scale: -sign for scale, sign in keys[other].items()}


def test_loving_order_is_not_contrary_to_leaving_a_mess() -> None:
    for instrument in NEWEST.values():
        said = {item.id: item.text for item in instrument.items}
        pairs = [{said[one], said[other]} for one, other in instrument.contrary]
        assert not [pair for pair in pairs if "Люблю порядок" in pair]


@pytest.mark.parametrize("instrument", FOR_ALL_GRADES, ids=lambda one: one.ref)
def test_younger_and_older_pupils_read_words_of_their_own(instrument: Instrument) -> None:
    feedback = [texts for scale in instrument.scales for texts in scale.feedback.values()]
    for texts in (*feedback, *instrument.grid.values(), instrument.next_steps):
        assert set(texts) == {GradeBand(6, 7), GradeBand(8, 11)}
        assert len(set(texts.values())) == 2


@pytest.mark.parametrize("grade", range(6, 12))
def test_a_stage_ends_with_two_or_three_steps_at_most_one_of_them_from_its_second_part(grade: int) -> None:
    for stage in (1, 2, 3):
        parts = LIBRARY.paper_for(stage, grade).instruments
        counts = [len(steps) for one in parts for band, steps in one.next_steps.items() if grade in band]
        assert 2 <= sum(counts) <= 3
        assert len(counts) == len(parts)
        assert max(counts[1:], default=0) <= 1


def test_only_calm_and_what_gets_in_the_way_are_the_pupils_alone() -> None:
    scales = [scale for one in NEWEST.values() for scale in one.scales]
    private = {scale.id for scale in scales if scale.audience is Audience.STUDENT}
    assert private == {"emotional-stability"} | {scale.id for scale in scales if scale.role is Role.OBSTACLE}


@EACH
def test_calm_and_family_were_never_shown_to_others(instrument: Instrument) -> None:
    for scale in instrument.scales:
        if scale.id in {"emotional-stability", "family"}:
            assert scale.audience is Audience.STUDENT
