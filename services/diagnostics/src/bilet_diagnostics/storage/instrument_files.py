"""Instrument files: reviewed YAML, read and checked at start, with every fault named at once."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from bilet_diagnostics.domain.instrument import (
    DO_NOT_KNOW,
    Audience,
    Band,
    Instrument,
    Item,
    Kind,
    Option,
    Role,
    Scale,
)
from bilet_diagnostics.domain.instrument_checks import faults_between, faults_of, faults_of_feedback
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import faults_of_norms
from bilet_diagnostics.storage.norm_files import load_norms
from bilet_diagnostics.storage.reviewed_yaml import (
    Grades,
    InstrumentFileError,
    Part,
    Text,
    read_reviewed,
    refuse_if_any,
)
from bilet_diagnostics.storage.seals import faults_of_seals

DO_NOT_KNOW_TEXT = "Не знаю"

T = TypeVar("T")
Texts = dict[Grades, Text]


class _Option(Part):
    value: int
    text: Text


class _Item(Part):
    id: Text
    text: Text
    keys: dict[str, int] = Field(default_factory=dict)
    options: tuple[Text, ...] = ()
    right: int | None = None
    source: str = ""
    rationale: str = ""


class _Scale(Part):
    id: Text
    title: Text
    audience: Audience = Audience.EVERYONE
    role: Role = Role.STRENGTH
    interest: str = ""
    field: str = ""
    cuts: tuple[float, float] = (1 / 3, 2 / 3)
    feedback: dict[Band, Texts] = Field(default_factory=dict)


class _File(Part):
    id: Text
    version: int
    stage: int
    place: int = 1
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
    parallel_of: str = ""
    contrary: tuple[tuple[str, str], ...] = ()
    next_steps: dict[Grades, tuple[Text, ...]] = Field(default_factory=dict)
    grid: dict[str, Texts] = Field(default_factory=dict)
    flat_profile: Texts = Field(default_factory=dict)


def packaged_folder() -> Path:
    """Where the reviewed files lie: inside the installed package, or beside the sources in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "instruments"
    return installed if installed.is_dir() else package.parents[1] / "instruments"


def load_library(folder: Path) -> Library:
    """All published instruments with their norms.

    Raises:
        InstrumentFileError: naming every fault of every file.
    """
    faults = list(faults_of_seals(folder))
    instruments = _load_all(folder.glob("*.yaml"), load_instrument, faults)
    norms = _load_all(folder.glob("norms/*.yaml"), load_norms, faults)
    faults += faults_between(instruments)
    faults += (fault for one in norms for fault in faults_of_norms(one, instruments))
    if not instruments and not faults:
        faults = [f"{folder}: нет ни одной методики"]
    if faults:
        raise InstrumentFileError(faults)
    return Library(instruments, norms)


def _load_all(paths: Iterable[Path], load: Callable[[Path], T], faults: list[str]) -> list[T]:
    loaded = []
    for path in sorted(paths):
        try:
            loaded.append(load(path))
        except InstrumentFileError as error:
            faults += error.faults
    return loaded


def load_instrument(path: Path) -> Instrument:
    """One published instrument, checked with its feedback texts and its file name.

    Raises:
        InstrumentFileError: naming every fault.
    """
    instrument = read_instrument(path)
    faults = list(faults_of_feedback(instrument))
    if path.stem != instrument.ref:
        faults.append(f"файл должен называться {instrument.ref}.yaml")
    refuse_if_any(path, faults)
    return instrument


def read_instrument(path: Path) -> Instrument:
    """One instrument that need not be published: checked for items, scales and keys, not for feedback texts.

    Raises:
        InstrumentFileError: naming every fault.
    """
    instrument = _to_domain(read_reviewed(path, _File))
    refuse_if_any(path, faults_of(instrument))
    return instrument


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
