"""New versions that put a key right, and parallel forms for a retake."""

from dataclasses import replace

import pytest

from bilet_diagnostics.domain.errors import NothingPutRight
from bilet_diagnostics.domain.instrument import GradeBand, Instrument, Item, Scale
from bilet_diagnostics.domain.instrument_checks import faults_between
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import Norm, NormSet
from bilet_diagnostics.domain.versions import Correction, asks_the_same, correction_by, differences
from tests.unit.diagnostics.examples import library, questionnaire, quiz

MAIN = questionnaire(name="care")
OTHER = questionnaire(name="calm")


def form(name: str = "care-b", *, of: Instrument = MAIN) -> Instrument:
    measured = questionnaire(name=name, scale=Scale(id="care", title="care"))
    return replace(measured, parallel_of=of.id)


def next_version(of: Instrument, *items: Item) -> Instrument:
    return replace(of, version=of.version + 1, items=items or of.items)


def test_a_version_with_another_key_asks_the_same() -> None:
    turned = next_version(MAIN, *(replace(item, keys={"care": -1}) for item in MAIN.items))
    assert asks_the_same(MAIN, turned)
    known = quiz()
    assert asks_the_same(known, next_version(known, *(replace(item, right=3) for item in known.items)))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (next_version(MAIN, *reversed(MAIN.items)), "разные вопросы или другой их порядок"),
        (next_version(MAIN, *MAIN.items[:-1]), "разные вопросы или другой их порядок"),
        (
            next_version(MAIN, replace(MAIN.items[0], text="Иначе"), *MAIN.items[1:]),
            "вопрос «care0» задан другими словами",
        ),
        (replace(MAIN, version=2, response=MAIN.response[:-1]), "вопрос «care0»: другие варианты ответа"),
        (OTHER, "это разные методики: care и calm"),
    ],
)
def test_a_version_that_asks_something_else_is_told_apart(other: Instrument, told: str) -> None:
    assert any(told in difference for difference in differences(MAIN, other))


def test_the_first_attempt_is_asked_the_main_form_and_retakes_take_the_forms_in_turn() -> None:
    one = Library([form(), MAIN, form("care-a")])
    taken: list[tuple[str, ...]] = []
    for _ in range(5):
        taken.append(one.paper_for(1, 8, taken).refs)
    assert taken == [("care-1",), ("care-a-1",), ("care-b-1",), ("care-1",), ("care-a-1",)]


def test_without_a_parallel_form_a_retake_asks_the_same_again() -> None:
    one = library()
    assert one.paper_for(1, 8, [("stage1x-1",), ("stage1x-1",)]).refs == ("stage1x-1",)


def test_instruments_without_a_form_stay_beside_the_parallel_form() -> None:
    one = Library([MAIN, form(), OTHER])
    assert one.paper_for(1, 8).refs == ("calm-1", "care-1")
    assert one.paper_for(1, 8, [("calm-1", "care-1")]).refs == ("calm-1", "care-b-1")


def test_a_parallel_form_takes_no_time_of_the_stage_beside_its_main_form() -> None:
    main, parallel = replace(MAIN, minutes=12), replace(form(), minutes=11)
    assert faults_between([main, parallel]) == ()
    assert "длится 13 минут" in " ".join(faults_between([main, replace(parallel, minutes=13)]))


@pytest.mark.parametrize(
    ("forms", "told"),
    [
        ([form()], "параллельна методике «care», которой нет"),
        ([MAIN, form(), form("care-c", of=form())], "сама параллельная форма"),
        ([MAIN, replace(form(), grades=GradeBand(8, 11))], "этап, место, классы и вид"),
        ([MAIN, replace(questionnaire(name="care-b"), parallel_of="care")], "шкалы должны быть те же"),
        ([MAIN, replace(MAIN, id="care-b", parallel_of="care")], "вопрос «care0» есть сразу в методиках"),
    ],
)
def test_a_form_that_does_not_match_its_main_form_is_refused(forms: list[Instrument], told: str) -> None:
    assert any(told in fault for fault in faults_between(forms))


def test_a_form_has_norms_of_its_own() -> None:
    norm = Norm(scale="care", grades=GradeBand(6, 11), n=300, mean=10.0, sd=2.0, alpha=0.8)
    one = Library([MAIN, form()], [NormSet(instrument="care-1", version=1, source="Сезон", norms=(norm,))])
    assert one.norms_of("care-1") is not None
    assert one.norms_of("care-b-1") is None


def test_a_version_puts_every_earlier_one_right_that_asks_the_same() -> None:
    older = next_version(MAIN, *MAIN.items[:-1])
    third, fourth = replace(MAIN, version=3), replace(MAIN, version=4)
    correction = correction_by(fourth, [MAIN, older, third, fourth, OTHER])
    assert correction == Correction("care-4", ("care-1", "care-3"))
    assert correction.applied_to(("calm-1", "care-1")) == ("calm-1", "care-4")
    assert correction.applied_to(("care-2", "calm-1")) == ("care-2", "calm-1")


def test_a_version_never_puts_a_later_one_right() -> None:
    assert correction_by(replace(MAIN, version=2), [MAIN, replace(MAIN, version=3)]).wrong == ("care-1",)


def test_a_version_that_asks_something_else_puts_nothing_right_and_says_why() -> None:
    with pytest.raises(NothingPutRight, match="разные вопросы"):
        correction_by(next_version(MAIN, *MAIN.items[:-1]), [MAIN])
    with pytest.raises(NothingPutRight, match="более ранних версий нет"):
        correction_by(MAIN, [MAIN, OTHER])
