"""What an instrument file must never say; and whatever it says, it is refused in words, never with a traceback."""

import copy
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.storage.instrument_files import check_files, load_instrument, read_instrument
from bilet_diagnostics.storage.norm_files import load_norms
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from tests.unit.diagnostics.instrument_raw import Raw, faults, good, good_quiz, written
from tests.unit.diagnostics.test_norm_files import norms

Spoil = Callable[[Raw], object]
QUESTIONNAIRE: list[tuple[str, Spoil, str]] = [
    ("a fourth stage", lambda raw: raw.update(stage=7), "этап должен быть от 1 до 3, а указан 7"),
    ("stage nought", lambda raw: raw.update(stage=0), "этап должен быть от 1 до 3, а указан 0"),
    ("version nought", lambda raw: raw.update(version=0), "номер версии должен быть от 1, а указано 0"),
    ("a grade too low", lambda raw: raw.update(grades="5-11"), "классы должны быть от 6 до 11, а указано 5-11"),
    ("a grade too high", lambda raw: raw.update(grades="6-12"), "классы должны быть от 6 до 11, а указано 6-12"),
    ("no end of grades", lambda raw: raw.update(grades=f"6-{10**12}"), "классы должны быть от 6 до 11"),
    (
        "answers below nought",
        lambda raw: raw.update(response=[{"value": value, "text": f"{value}"} for value in range(-2, 3)]),
        "варианты ответа должны начинаться с 0 или 1, а начинаются с -2",
    ),
    (
        "answers that begin late",
        lambda raw: raw.update(response=[{"value": value, "text": f"{value}"} for value in range(2000, 2005)]),
        "варианты ответа должны начинаться с 0 или 1, а начинаются с 2000",
    ),
    ("two answers of one value", lambda raw: raw["response"][1].update(value=1), "должны идти подряд по возрастанию"),
    (
        "two answers of one text",
        lambda raw: raw["response"][1].update(text=" Вариант  1 "),
        "два варианта ответа с одним и тем же текстом: «вариант 1»",
    ),
    ("no answers at all", lambda raw: raw.pop("response"), "нужно не меньше двух вариантов ответа"),
    ("a blank item", lambda raw: raw["items"][1].update(text=" \u00a0"), "items.2.text: текст пуст"),
    ("a blank answer", lambda raw: raw["response"][0].update(text=" "), "response.1.text: текст пуст"),
    ("a blank title", lambda raw: raw.update(title="\n"), "title: текст пуст"),
    ("no items", lambda raw: raw.update(items=[]), "items: список пуст"),
    ("no scales", lambda raw: raw.update(scales=[]), "scales: список пуст"),
    (
        "contrary to itself",
        lambda raw: raw.update(contrary=[["c0", "c0"]]),
        "пара «c0», «c0»: вопрос не может быть противоположен самому себе",
    ),
    (
        "a pair twice",
        lambda raw: raw.update(contrary=[["c0", "c1"], ["c1", "c0"]]),
        "пара противоположных вопросов указана дважды: c0, c1",
    ),
    (
        "no interest of the six",
        lambda raw: raw["scales"][0].update(interest="X"),
        "шкала «care»: интерес — это одна из букв R, I, A, S, E, C, а указано «X»",
    ),
    (
        "two interests at once",
        lambda raw: raw["scales"][0].update(interest="RI"),
        "интерес — это одна из букв R, I, A, S, E, C, а указано «RI»",
    ),
    ("a number beyond all reason", lambda raw: raw.update(minutes=10**30), "minutes: число слишком большое"),
    ("a cut that is no number", lambda raw: raw["scales"][0].update(cuts=[0.3, float("nan")]), "нужно число"),
]
QUIZ: list[tuple[str, Spoil, str]] = [
    (
        "two equal answers",
        lambda raw: raw["items"][0].update(options=["а", "б", "в", "А "]),
        "вопрос «k0»: два варианта с одним и тем же текстом: «а»",
    ),
    (
        "not knowing a second time",
        lambda raw: raw["items"][0].update(options=["а", "б", "в", "не знаю"]),
        "вопрос «k0»: два варианта с одним и тем же текстом: «не знаю»",
    ),
    (
        "a reversed key",
        lambda raw: raw["items"][0].update(keys={"know": -1}),
        "вопрос «k0»: обратного ключа -1 в викторине не бывает, нужен 1",
    ),
    (
        "contrary items",
        lambda raw: raw.update(contrary=[["k0", "k1"]]),
        "пары противоположных вопросов бывают только в опроснике",
    ),
]  # fmt: skip


def refused(path: Path) -> str:
    """Why a file cannot even be read as an unpublished instrument."""
    with pytest.raises(InstrumentFileError) as error:
        read_instrument(path)
    return "\n".join(error.value.faults)


@pytest.mark.parametrize(
    ("make", "spoil", "sentence"),
    [(good, *one[1:]) for one in QUESTIONNAIRE] + [(good_quiz, *one[1:]) for one in QUIZ],
    ids=[one[0] for one in (*QUESTIONNAIRE, *QUIZ)],
)
def test_a_faulty_instrument_is_refused_in_words(
    tmp_path: Path, make: Callable[[], Raw], spoil: Spoil, sentence: str
) -> None:
    raw = make()
    spoil(raw)
    assert sentence in refused(written(tmp_path, raw))


@pytest.mark.parametrize("audience", ["everyone", None])
def test_emotional_stability_is_the_pupils_own_in_every_version(tmp_path: Path, audience: str | None) -> None:
    raw = good() | {"id": "big-five-90"}
    raw["scales"][0] |= {"id": "emotional-stability"} | ({"audience": audience} if audience else {})
    raw["items"] = [item | {"keys": {"emotional-stability": 1}} for item in raw["items"]]
    sentence = "шкалу «emotional-stability» видит только сам ученик: нужно «audience: student»"
    assert sentence in refused(written(tmp_path, raw))
    raw["scales"][0]["audience"] = "student"
    assert load_instrument(written(tmp_path, raw)).id == "big-five-90"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("? [id, version]\n: care\n", "имя поля должно быть словом или числом (строка 1)"),
        ("id: care\n? {a: b}\n: care\n", "имя поля должно быть словом или числом (строка 2)"),
        ("id: care\nid: care\n", "поле указано дважды (строка 2)"),
        ("source: 2026-13-45\n", "похоже на дату или число, но записано не по правилам"),
        ("minutes: !!int много\n", "похоже на дату или число, но записано не по правилам"),
        ("minutes: !!bool иногда\n", "похоже на дату или число, но записано не по правилам"),
        ("[" * 5000, "записано не по правилам"),
        ("&all [*all]\n", "файл: нужен раздел с полями"),
        ("!!python/object:os.system {}\n", "это не YAML (строка 1)"),
    ],
)
def test_strange_yaml_is_refused_in_words(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "care-1.yaml"
    path.write_text(text, encoding="utf-8")
    assert sentence in faults(path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"norms": []}, "norms: список пуст"),
        ({"version": 0}, "version: число слишком маленькое"),
        ({"source": " "}, "source: текст пуст"),
    ],
)
def test_norms_without_content_are_refused(tmp_path: Path, changes: Raw, sentence: str) -> None:
    path = written(tmp_path, norms() | changes, "norms/care-1-n1.yaml")
    with pytest.raises(InstrumentFileError, match=sentence):
        load_norms(path)


def places(part: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any YAML
    """Where something lies in raw data, from the whole down to every leaf."""
    yield at
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


def put(raw: Any, at: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401 - any YAML
    """Copy raw data with something else in one place."""
    if not at:
        return value
    changed = copy.deepcopy(raw)
    part = changed
    for key in at[:-1]:
        part = part[key]
    part[at[-1]] = value
    return changed


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 12)
    | st.floats()
    | st.text()
    | st.dates()
    | st.binary(max_size=4)
    | st.sampled_from(["care", "know", "c0", "k1", "R", "X", "quiz", "student", "6-11", "11-6", "0-99999999", " ", -1])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.integers() | st.floats() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=6,
)
GOOD = [(good(), at) for at in places(good())] + [(good_quiz(), at) for at in places(good_quiz())]


@given(st.sampled_from(GOOD), ANYTHING)
def test_no_change_of_a_good_file_ends_in_anything_but_a_refusal_in_words(
    place: tuple[Raw, tuple[Any, ...]], value: object
) -> None:
    text = yaml.safe_dump(put(*place, value), allow_unicode=True)
    _read_or_refuse(text.encode("utf-8", "surrogatepass"))


@given(st.sampled_from([good(), good_quiz()]), st.data())
def test_no_slip_of_the_keyboard_ends_in_anything_but_a_refusal_in_words(raw: Raw, data: st.DataObject) -> None:
    text = yaml.safe_dump(raw, allow_unicode=True)
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(len(text), first + 20)))
    typed = data.draw(st.text(st.sampled_from("?:-[]{}&*!|>%@`'\"#,\n\t 019.eE_x<~=яZ"), max_size=6))
    _read_or_refuse((text[:first] + typed + text[last:]).encode())


def _read_or_refuse(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "care-1.yaml"
        path.write_bytes(content)
        with suppress(InstrumentFileError):
            assert isinstance(read_instrument(path), Instrument)
        with suppress(InstrumentFileError):
            check_files([path], Path(folder))
