"""A faulty instrument file is refused with sentences that a psychologist understands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bilet_diagnostics.domain.instrument import GradeBand
from bilet_diagnostics.storage.instrument_files import (
    load_instrument,
    read_instrument,
)
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from tests.unit.diagnostics.instrument_raw import Raw, faults, good, good_quiz, published, written


def test_a_good_questionnaire_is_loaded(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, good()))
    assert (instrument.ref, instrument.grades, len(instrument.items)) == ("care-1", GradeBand(6, 11), 4)


def test_a_good_quiz_is_loaded_and_gains_i_do_not_know(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, good_quiz()))
    assert [option.value for option in instrument.items[0].options] == [1, 2, 3, 4, 0]
    assert instrument.items[0].options[-1].text == "Не знаю"


Spoil = Callable[[Raw], object]
QUESTIONNAIRE_FAULTS: list[tuple[str, Spoil, str]] = [
    ("item without a scale", lambda raw: raw["items"][1].update(keys={}), "вопрос «c1» не относится ни к одной шкале"),
    ("item of an unknown scale", lambda raw: raw["items"][1].update(keys={"carre": 1}), "неизвестную шкалу «carre»"),
    (
        "scale without items",
        lambda raw: raw["scales"].append({"id": "lone", "title": "Пусто"}),
        "«lone»: нет ни одного вопроса",
    ),
    ("the same item twice", lambda raw: raw["items"][1].update(id="c0"), "вопрос «c0»: такой номер встречается дважды"),
    (
        "the same scale twice",
        lambda raw: raw["scales"].append(raw["scales"][0]),
        "шкала «care»: такой номер встречается дважды",
    ),
    ("item too long", lambda raw: raw["items"][0].update(text="а" * 91), "длиннее 90 знаков: 91"),
    ("wrong sign", lambda raw: raw["items"][0].update(keys={"care": 2}), "ключ должен быть 1 или -1"),
    (
        "missing text for a band",
        lambda raw: raw["scales"][0]["feedback"].pop("high"),
        "шкала «care», полоса «high»: нет текста для 6 класса",
    ),
    (
        "missing text for a grade",
        lambda raw: raw["scales"][0]["feedback"]["low"].pop("6-7"),
        "полоса «low»: нет текста для 7 класса",
    ),
    (
        "two texts for a grade",
        lambda raw: raw["scales"][0]["feedback"]["low"].update({"7-9": "ещё"}),
        "несколько текстов для 8 класса",
    ),
    ("missing next steps", lambda raw: raw.pop("next_steps"), "следующие шаги: нет текста для 6 класса"),
    (
        "unreachable band",
        lambda raw: raw.update(response=raw["response"][:2], items=raw["items"][:1]),
        "полосу «middle» нельзя получить",
    ),
    (
        "cuts in the wrong order",
        lambda raw: raw["scales"][0].update(cuts=[0.7, 0.3]),
        "границы должны идти по возрастанию",
    ),
    ("gap in the response scale", lambda raw: raw["response"].pop(1), "варианты ответа должны идти подряд"),
    ("one answer only", lambda raw: raw.update(response=raw["response"][:1]), "не меньше двух вариантов"),
    ("too long a stage", lambda raw: raw.update(minutes=13), "от 1 до 12 минут, а указано 13"),
    ("unknown kind of translation", lambda raw: raw.update(translation="google"), "перевод должен быть одним из"),
    ("no licence", lambda raw: raw.update(licence=" "), "licence: текст пуст"),
    ("grades upside down", lambda raw: raw.update(grades="9-7"), "классы указаны наоборот: 9-7"),
    ("contrary to nothing", lambda raw: raw.update(contrary=[["c0", "c9"]]), "нет вопроса «c9»"),
    ("right answer in a questionnaire", lambda raw: raw["items"][0].update(right=1), "бывают только в викторине"),
    (
        "interest measured twice",
        lambda raw: raw["scales"].extend({"id": name, "title": name, "interest": "R"} for name in ("r", "rr")),
        "интерес R измеряют несколько шкал",
    ),
    (
        "interests without words for a flat profile",
        lambda raw: raw["scales"][0].update(interest="R"),
        "ровный профиль: нет текста",
    ),
    ("missing field", lambda raw: raw.pop("title"), "title: поле не заполнено"),
    ("unknown field", lambda raw: raw.update(colour="red"), "colour: такого поля нет"),
    ("text instead of a number", lambda raw: raw.update(stage="первый"), "stage: нужно целое число"),
    ("no list of items", lambda raw: raw.update(items="c1"), "items: нужен список"),
    ("unknown kind", lambda raw: raw.update(kind="survey"), "kind: такого значения не бывает"),
    ("grades not as a range", lambda raw: raw.update(grades="шестой"), "grades: записано не по правилам"),
    (
        "a number instead of text in the third item",
        lambda raw: raw["items"][2].update(text=5),
        "items.3.text: нужен текст",
    ),
]
QUIZ_FAULTS: list[tuple[str, Spoil, str]] = [
    ("three options", lambda raw: raw["items"][0]["options"].pop(), "«k0»: нужно ровно 4 разных варианта"),
    ("right answer outside", lambda raw: raw["items"][0].update(right=5), "«k0»: правильного ответа нет среди вариантов"),
    ("not knowing is right", lambda raw: raw["items"][0].update(right=0), "«k0»: правильного ответа нет среди вариантов"),
    ("no right answer", lambda raw: raw["items"][0].pop("right"), "«k0»: правильного ответа нет среди вариантов"),
    ("no rationale", lambda raw: raw["items"][0].pop("rationale"), "«k0»: не указаны источник и объяснение"),
    ("common response scale", lambda raw: raw.update(response=[{"value": 1, "text": "да"}]), "общих быть не может"),
    ("a cell without words", lambda raw: raw["grid"].pop("calm-known"), "клетка «calm-known»: нет текста для 6 класса"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [fault[1:] for fault in QUESTIONNAIRE_FAULTS],
    ids=[fault[0] for fault in QUESTIONNAIRE_FAULTS],
)
def test_every_fault_of_a_questionnaire_is_named_with_its_file(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    raw = good()
    spoil(raw)
    named = faults(written(tmp_path, raw, "care-1.yaml"))
    assert sentence in named
    assert all(line.startswith("care-1.yaml: ") for line in named.splitlines())


@pytest.mark.parametrize(
    ("spoil", "sentence"), [fault[1:] for fault in QUIZ_FAULTS], ids=[fault[0] for fault in QUIZ_FAULTS]
)
def test_every_fault_of_a_quiz_is_named(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    raw = good_quiz()
    spoil(raw)
    assert sentence in faults(written(tmp_path, raw))


def test_several_faults_are_named_at_once(tmp_path: Path) -> None:
    raw = good()
    raw["items"][0]["keys"] = {}
    raw["items"][1]["text"] = "а" * 100
    assert len(faults(written(tmp_path, raw)).splitlines()) == 2


def test_the_file_is_named_after_its_instrument_and_version(tmp_path: Path) -> None:
    assert "файл должен называться care-1.yaml" in faults(written(tmp_path, good(), "care-2.yaml"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id: [", "это не YAML (строка"),
        (b"\xff\xfe\x00", "файл не читается"),
        (b"", "файл: нужен раздел с полями"),
    ],
)
def test_what_is_no_instrument_at_all_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "care-1.yaml"
    path.write_bytes(content)
    assert sentence in faults(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "файл не читается" in faults(tmp_path / "nobody-1.yaml")


def test_a_file_without_feedback_can_be_read_but_not_published(tmp_path: Path) -> None:
    raw = good()
    del raw["scales"][0]["feedback"], raw["next_steps"]
    path = written(tmp_path, raw, "draft.yaml")
    assert read_instrument(path).id == "care"
    assert "нет текста" in faults(path)


def test_a_library_names_the_faults_of_all_its_files(tmp_path: Path) -> None:
    written(tmp_path, good() | {"minutes": 0}, "care-1.yaml")
    written(tmp_path, good_quiz() | {"minutes": 99}, "know-1.yaml")
    with pytest.raises(InstrumentFileError) as refused:
        published(tmp_path)
    assert {line.split(":")[0] for line in refused.value.faults} == {"care-1.yaml", "know-1.yaml"}


def test_two_instruments_of_one_stage_never_share_an_item(tmp_path: Path) -> None:
    written(tmp_path, good())
    written(tmp_path, good() | {"id": "more"})
    with pytest.raises(InstrumentFileError, match="вопрос «c0» есть сразу в методиках этапа 1: care, more"):
        published(tmp_path)


def test_two_versions_of_one_instrument_share_their_items(tmp_path: Path) -> None:
    written(tmp_path, good())
    written(tmp_path, good() | {"version": 2})
    assert [one.ref for one in published(tmp_path).instruments] == ["care-1", "care-2"]


def test_a_stage_lasts_at_most_twelve_minutes_for_every_grade(tmp_path: Path) -> None:
    for name in ("care", "more"):
        raw = good() | {"id": name, "minutes": 7}
        raw["items"] = [item | {"id": f"{name}-{item['id']}"} for item in raw["items"]]
        written(tmp_path, raw)
    with pytest.raises(InstrumentFileError, match="этап 1 для 6 класса длится 14 минут"):
        published(tmp_path)


def test_a_folder_without_instruments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentFileError, match="нет ни одной методики"):
        published(tmp_path)


def test_a_field_given_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, good())
    path.write_text(path.read_text(encoding="utf-8") + "title: Ещё раз\n", encoding="utf-8")
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert f"поле указано дважды (строка {lines})" in faults(path)
