"""Instrument files: reviewed YAML, read and checked at start, with every fault named at once."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bilet_diagnostics.domain.instrument import (
    DO_NOT_KNOW,
    Audience,
    Band,
    GradeBand,
    Instrument,
    Item,
    Kind,
    Option,
    Role,
    Scale,
)
from bilet_diagnostics.domain.instrument_checks import faults_between, faults_of, faults_of_feedback
from bilet_diagnostics.domain.paper import Library

DO_NOT_KNOW_TEXT = "Не знаю"
_BAND = re.compile(r"(\d+)-(\d+)")
_SENTENCES = {
    "missing": "поле не заполнено",
    "extra_forbidden": "такого поля нет",
    "int_type": "нужно целое число",
    "int_parsing": "нужно целое число",
    "string_type": "нужен текст",
    "string_too_short": "текст пуст",
    "list_type": "нужен список",
    "tuple_type": "нужен список",
    "dict_type": "нужен раздел с полями",
    "model_type": "нужен раздел с полями",
    "enum": "такого значения не бывает",
    "value_error": "записано не по правилам",
}


class InstrumentFileError(Exception):
    """An instrument file cannot be used; `faults` holds one Russian sentence for each reason, led by the file's name."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def _grade_band(value: object) -> GradeBand:
    match = _BAND.fullmatch(str(value))
    if match is None:
        raise ValueError("grades are written as 6-7")
    return GradeBand(int(match[1]), int(match[2]))


Grades = Annotated[GradeBand, BeforeValidator(_grade_band)]
Text = Annotated[str, Field(min_length=1)]
Texts = dict[Grades, Text]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class _Option(_Part):
    value: int
    text: Text


class _Item(_Part):
    id: Text
    text: Text
    keys: dict[str, int] = {}
    options: tuple[Text, ...] = ()
    right: int | None = None
    source: str = ""
    rationale: str = ""


class _Scale(_Part):
    id: Text
    title: Text
    audience: Audience = Audience.EVERYONE
    role: Role = Role.STRENGTH
    interest: str = ""
    field: str = ""
    cuts: tuple[float, float] = (1 / 3, 2 / 3)
    feedback: dict[Band, Texts] = {}


class _File(_Part):
    id: Text
    version: int
    stage: int
    kind: Kind
    title: Text
    instruction: Text
    grades: Grades
    minutes: int
    source: Text
    licence: Text
    translation: Text
    response: tuple[_Option, ...] = ()
    scales: tuple[_Scale, ...]
    items: tuple[_Item, ...]
    contrary: tuple[tuple[str, str], ...] = ()
    next_steps: dict[Grades, tuple[Text, ...]] = {}
    grid: dict[str, Texts] = {}
    flat_profile: Texts = {}


def packaged_folder() -> Path:
    """Where the reviewed files lie: inside the installed package, or beside the sources in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "instruments"
    return installed if installed.is_dir() else package.parents[1] / "instruments"


def load_library(folder: Path) -> Library:
    """All published instruments.

    Raises:
        InstrumentFileError: naming every fault of every file.
    """
    loaded, faults = list[Instrument](), list[str]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            loaded.append(load_instrument(path))
        except InstrumentFileError as error:
            faults += error.faults
    faults += faults_between(loaded)
    if not loaded and not faults:
        faults = [f"{folder}: нет ни одной методики"]
    if faults:
        raise InstrumentFileError(faults)
    return Library(loaded)


def load_instrument(path: Path) -> Instrument:
    """One published instrument, checked with its feedback texts and its file name.

    Raises:
        InstrumentFileError: naming every fault.
    """
    instrument = read_instrument(path)
    faults = list(faults_of_feedback(instrument))
    if path.stem != instrument.ref:
        faults.append(f"файл должен называться {instrument.ref}.yaml")
    _refuse_if_any(path, faults)
    return instrument


def read_instrument(path: Path) -> Instrument:
    """One instrument that need not be published: checked for items, scales and keys, not for feedback texts.

    Raises:
        InstrumentFileError: naming every fault.
    """
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        _refuse(path, "файл не читается", error)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        _refuse(path, f"это не YAML (строка {mark.line + 1})" if mark else "это не YAML", error)
    except ValidationError as error:
        raise InstrumentFileError(
            f"{path.name}: {_place(one['loc'])}: {_sentence(one)}" for one in error.errors()
        ) from error
    instrument = _to_domain(file)
    _refuse_if_any(path, faults_of(instrument))
    return instrument


def _refuse(path: Path, sentence: str, cause: Exception) -> NoReturn:
    raise InstrumentFileError([f"{path.name}: {sentence}"]) from cause


def _refuse_if_any(path: Path, faults: Iterable[str]) -> None:
    named = [f"{path.name}: {fault}" for fault in faults]
    if named:
        raise InstrumentFileError(named)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "файл"


def _sentence(error: ErrorDetails) -> str:
    return _SENTENCES.get(error["type"], "значение не подходит")


def _to_domain(file: _File) -> Instrument:
    fields = {name: getattr(file, name) for name in _File.model_fields}
    return Instrument(
        **{
            **fields,
            "response": tuple(Option(one.value, one.text) for one in file.response),
            "scales": tuple(Scale(**{name: getattr(one, name) for name in _Scale.model_fields}) for one in file.scales),
            "items": tuple(_item(one, file.kind) for one in file.items),
        }
    )


def _item(one: _Item, kind: Kind) -> Item:
    options = tuple(Option(value, text) for value, text in enumerate(one.options, start=1))
    if kind is Kind.QUIZ:
        options += (Option(DO_NOT_KNOW, DO_NOT_KNOW_TEXT),)
    return Item(
        id=one.id,
        text=one.text,
        keys=one.keys,
        options=options,
        right=one.right,
        source=one.source,
        rationale=one.rationale,
    )
