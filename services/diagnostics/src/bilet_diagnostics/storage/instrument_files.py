"""Instrument files: reviewed YAML, read and checked at start, with every fault named at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

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
from bilet_diagnostics.domain.norms import NormSet, faults_of_norms
from bilet_diagnostics.settings import InstrumentsSettings
from bilet_diagnostics.storage.norm_files import load_norms
from bilet_diagnostics.storage.reviewed_yaml import (
    Grades,
    InstrumentFileError,
    Number,
    Part,
    Text,
    Whole,
    read_reviewed,
    refuse_if_any,
)
from bilet_diagnostics.storage.seals import NORMS, drafts_in, faults_of_changes, faults_of_seals, files_in

DO_NOT_KNOW_TEXT = "Не знаю"

T = TypeVar("T")
Texts = dict[Grades, Text]


class _Option(Part):
    value: Whole
    text: Text


class _Item(Part):
    id: Text
    text: Text
    keys: dict[str, Whole] = Field(default_factory=dict)
    options: tuple[Text, ...] = ()
    right: Whole | None = None
    source: str = ""
    rationale: str = ""


class _Scale(Part):
    id: Text
    title: Text
    audience: Audience = Audience.EVERYONE
    role: Role = Role.STRENGTH
    interest: str = ""
    field: str = ""
    cuts: tuple[Number, Number] = (1 / 3, 2 / 3)
    feedback: dict[Band, Texts] = Field(default_factory=dict)


class _File(Part):
    id: Text
    version: Whole
    stage: Whole
    place: Whole = 1
    kind: Kind
    title: Text
    instruction: Text
    grades: Grades
    minutes: Whole
    source: Text
    licence: Text
    translation: Text
    response: tuple[_Option, ...] = ()
    scales: Annotated[tuple[_Scale, ...], Field(min_length=1)]
    items: Annotated[tuple[_Item, ...], Field(min_length=1)]
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


def folder_of(settings: InstrumentsSettings) -> Path:
    """Where an installation's instruments lie: where it says, or with the package."""
    return settings.instruments_dir or packaged_folder()


def load_library(folder: Path) -> Library:
    """Load what is served: the published instruments and norms, without the drafts beside them.

    Raises:
        InstrumentFileError: naming every fault of every published file; one that was changed or is missing is a fault.
    """
    drafts = drafts_in(folder)
    return _library(folder, {name: path for name, path in files_in(folder).items() if name not in drafts})


def check_library(folder: Path) -> Library:
    """Load what would be served if all drafts were published as they are.

    Raises:
        InstrumentFileError: naming every fault of every file, and of the files with each other.
    """
    return _library(folder, files_in(folder))


def _library(folder: Path, files: Mapping[str, Path]) -> Library:
    faults = list(faults_of_seals(folder))
    instruments = _load_all(_instruments(files), load_instrument, faults)
    norms = _load_all((path for name, path in files.items() if name.startswith(f"{NORMS}/")), load_norms, faults)
    faults += _faults_together(instruments, norms)
    if not instruments and not faults:
        faults = [f"{folder}: нет ни одной методики"]
    if faults:
        raise InstrumentFileError(faults)
    return Library(instruments, norms)


def _instruments(files: Mapping[str, Path]) -> list[Path]:
    return [path for name, path in files.items() if "/" not in name]


def _faults_together(instruments: Sequence[Instrument], norms: Iterable[NormSet]) -> Iterator[str]:
    yield from faults_between(instruments)
    for one in norms:
        yield from (f"{one.instrument}-n{one.version}.yaml: {fault}" for fault in faults_of_norms(one, instruments))


def check_files(paths: Iterable[Path], folder: Path) -> None:
    """Check files, wherever they lie, by themselves and beside all others of a folder of instruments.

    Files in a folder `norms` are norms. A file that lies in the folder already, or a copy of it, is not its own other.

    Raises:
        InstrumentFileError: naming every fault of every file, but none that the others have without them.
    """
    named = {path.resolve() for path in paths}
    beside = {name: path for name, path in files_in(folder).items() if path.resolve() not in named}
    faults = list(faults_of_changes(folder, files_in(folder).keys() - beside.keys()))
    instruments = _load_all(sorted(path for path in named if path.parent.name != NORMS), load_instrument, faults)
    norms = _load_all(sorted(path for path in named if path.parent.name == NORMS), load_norms, faults)
    others = [one for one in _load_all(_instruments(beside), load_instrument, []) if one not in instruments]
    known = set(faults_between(others))
    faults += (fault for fault in _faults_together([*others, *instruments], norms) if fault not in known)
    if faults:
        raise InstrumentFileError(faults)


def _load_all(paths: Iterable[Path], load: Callable[[Path], T], faults: list[str]) -> list[T]:
    loaded = []
    for path in paths:
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
