"""A psychologist asks how well an instrument measures: statistics of answers, without identities.

NumPy and Matplotlib are loaded only when asked for, and work beside the event loop.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from bilet_diagnostics.domain.access import regions_of
from bilet_diagnostics.domain.disclosure import LEAST_CELL
from bilet_diagnostics.domain.errors import GroupTooSmall, StatisticsBusy
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import GRADE_BANDS
from bilet_diagnostics.storage.stored_answers import EACH, Copying, Selection, Which, copy_answers, in_tens
from bilet_diagnostics.use_cases.overseeing import read_instrument
from bilet_kit.access import Asker
from bilet_kit.storage.database import Database

if TYPE_CHECKING:
    from bilet_diagnostics.psychometrics.answer_files import Chunk
    from bilet_diagnostics.psychometrics.scales import Groups
    from bilet_diagnostics.psychometrics.statistics import ScaleStatistics

GATHER_BYTES = 4 * 1024 * 1024

_counting = Lock()


class AnswersRefusedError(Exception):
    """Answers that were sent cannot be used; the message is Russian and names the place, never an answer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Statistics of one version: group («все», then grades) to scale id to the scale's figures."""

    instrument: Instrument
    groups: "Mapping[str, Mapping[str, ScaleStatistics]]"


class Gathering(Protocol):
    """Anything that counts rows of answers."""

    def add(self, chunk: "Chunk", /) -> None:
        """Count in a chunk."""


@asynccontextmanager
async def alone() -> AsyncIterator[None]:
    """Let one request at a time of a process compute, draw and fill the memory.

    Raises:
        StatisticsBusy: another one does.
    """
    if not _counting.acquire(blocking=False):
        raise StatisticsBusy
    try:
        yield
    finally:
        _counting.release()


async def measure_for(database: Database, library: Library, *, asker: Asker, ref: str, which: Which) -> Measured:
    """Compute the statistics a methodologist may see: of own regions' stored attempts, in whole tens, rounded.

    All grade bands at once; one without ten complete attempts is left out, and out of «все» as well.

    Raises:
        InstrumentUnknown: no such version, or the asker is no methodologist any more.
        GroupTooSmall: not one ten.
        StatisticsBusy: others are being counted.
    """
    from bilet_diagnostics.psychometrics.disclosure import DisclosedGroups  # noqa: PLC0415 - NumPy only when asked for

    instrument = read_instrument(library, asker, ref).instrument
    selection = Selection(which=which, regions=regions_of(asker.scopes))
    groups = DisclosedGroups(instrument, GRADE_BANDS)
    await _count_in(database, library, instrument, selection, in_tens(LEAST_CELL, GRADE_BANDS), groups)
    if not groups.attempts:
        raise GroupTooSmall(LEAST_CELL)
    return Measured(instrument, groups.named)


async def measure_sent(library: Library, *, asker: Asker, ref: str, answers: bytes) -> Measured:
    """Compute exact statistics of answers that a methodologist sends as CSV, which are kept nowhere.

    Raises:
        InstrumentUnknown: no such version, or the asker is no methodologist any more.
        AnswersRefusedError: the CSV cannot be used.
    """
    from bilet_diagnostics.psychometrics.answer_files import read_stream  # noqa: PLC0415 - NumPy only when asked for
    from bilet_diagnostics.psychometrics.fields import AnswerFileError  # noqa: PLC0415 - NumPy only when asked for
    from bilet_diagnostics.psychometrics.scales import gather  # noqa: PLC0415 - NumPy only when asked for

    instrument = read_instrument(library, asker, ref).instrument

    def measured() -> Measured:
        return Measured(instrument, gather(read_stream(io.BytesIO(answers), instrument), instrument, GRADE_BANDS).named)

    try:
        return await asyncio.to_thread(measured)
    except AnswerFileError as error:
        raise AnswersRefusedError(str(error)) from None


async def as_csv(measured: Measured) -> bytes:
    """Write a row for each scale and item of each group."""
    from bilet_diagnostics.psychometrics.csv_files import csv_of  # noqa: PLC0415 - NumPy only when asked for

    return (await asyncio.to_thread(csv_of, measured.instrument, measured.groups)).encode()


async def as_picture(measured: Measured, picture_format: str) -> bytes:
    """Draw a picture, as `png` or `svg`."""
    from bilet_diagnostics.psychometrics.picture import drawn  # noqa: PLC0415 - NumPy only when asked for

    return await asyncio.to_thread(drawn, picture_format, measured.instrument, measured.groups)


async def measure_stored(
    database: Database, library: Library, instrument: Instrument, selection: Selection
) -> "Groups":
    """Compute exact statistics of the stored attempts, for an operator who has the database anyway."""
    from bilet_diagnostics.psychometrics.scales import Groups  # noqa: PLC0415 - NumPy only when asked for

    groups = Groups(instrument, GRADE_BANDS)
    await _count_in(database, library, instrument, selection, EACH, groups)
    return groups


async def _count_in(
    database: Database,
    library: Library,
    instrument: Instrument,
    selection: Selection,
    copying: Copying,
    groups: Gathering,
) -> None:
    from bilet_diagnostics.psychometrics.answer_files import GRADE, Rows  # noqa: PLC0415 - NumPy only when asked for

    rows = Rows(instrument, [GRADE, *(item.id for item in instrument.items)])
    waiting = bytearray()

    def count_in() -> None:
        for chunk in rows.feed(bytes(waiting)):
            groups.add(chunk)
        waiting.clear()

    async def sink(piece: bytes) -> None:
        waiting.extend(piece)
        if len(waiting) >= GATHER_BYTES:
            await asyncio.to_thread(count_in)

    await copy_answers(database, library, instrument, selection, copying, sink)
    await asyncio.to_thread(count_in)
