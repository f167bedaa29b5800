"""Measures instruments for the commands; imported by them when they run, so that no process carries NumPy in vain."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import typer
from rich.console import Console

from bilet_diagnostics.api.parts import Parts
from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.commands import tables
from bilet_diagnostics.domain.errors import StatisticsBusy
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.psychometrics import csv_files, norming, picture
from bilet_diagnostics.psychometrics.answer_files import read_answers
from bilet_diagnostics.psychometrics.fields import AnswerFileError
from bilet_diagnostics.psychometrics.scales import Groups, gather
from bilet_diagnostics.storage.instrument_files import read_instrument
from bilet_diagnostics.storage.norm_files import next_version, write_norms
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.stored_answers import Selection, Which
from bilet_diagnostics.use_cases.psychometrics import measure_stored

FAULTS = (InstrumentFileError, AnswerFileError, norming.NoNormsError, picture.PictureFormatError, StatisticsBusy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where the statistics are written besides the terminal; None for nowhere."""

    csv: Path | None = None
    picture: Path | None = None

    def __post_init__(self) -> None:
        if self.picture is not None:
            picture.check_format(self.picture)


def from_file(instrument_file: Path, answers_file: Path, wanted: Wanted) -> None:
    """Statistics of a file of answers.

    Raises:
        InstrumentFileError, AnswerFileError: a file cannot be used.
    """
    instrument = read_instrument(instrument_file)
    _show(instrument, gather(read_answers(answers_file, instrument), instrument, GRADE_BANDS), wanted)


def from_stored(instrument_file: Path, which: Which, wanted: Wanted) -> None:
    """Statistics of the stored attempts.

    Raises:
        InstrumentFileError: the file cannot be used.
        StatisticsBusy: others are being counted.
    """
    instrument = read_instrument(instrument_file)
    _show(instrument, asyncio.run(_measured(instrument, which)), wanted)


def norms_from_stored(instrument_file: Path, folder: Path, source: str, wanted: Wanted) -> None:
    """Statistics of the first, unflagged stored attempts, and the next version of norms made of them.

    Raises:
        InstrumentFileError: the file cannot be used.
        NoNormsError: not enough attempts.
    """
    instrument = read_instrument(instrument_file)
    groups = asyncio.run(_measured(instrument, Which.FIRST_UNFLAGGED))
    _show(instrument, groups, wanted)
    version = next_version(folder, instrument.ref)
    norms = norming.norms_of(instrument, groups.by_band, version=version, source=source)
    path = write_norms(folder, norms)
    typer.echo(f"{path}: норм {len(norms.norms)}. Проверьте их и опубликуйте: bilet-diagnostics instruments publish")


async def _measured(instrument: Instrument, which: Which) -> Groups:
    service = build()
    await service.database.start()
    try:
        parts = cast("Parts", service.parts)
        return await measure_stored(service.database, parts.library, instrument, Selection(which=which))
    finally:
        await service.database.stop()


def _show(instrument: Instrument, groups: Groups, wanted: Wanted) -> None:
    tables.print_tables(Console(), instrument, groups.named)
    if wanted.csv is not None:
        wanted.csv.write_text(csv_files.csv_of(instrument, groups.named), encoding="utf-8", newline="")
    if wanted.picture is not None:
        picture.draw(wanted.picture, instrument, groups.named)
