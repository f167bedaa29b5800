"""A psychologist asks how well an instrument measures: statistics of the stored attempts, without identities."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilet_diagnostics.domain.access import Asker, regions_of
from bilet_diagnostics.domain.errors import GroupTooSmallError
from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.storage.stored_answers import ALL_GRADES, Selection, Which, copy_answers
from bilet_diagnostics.use_cases.overseeing import read_instrument
from bilet_kit.database import Database

GATHER_BYTES = 4 * 1024 * 1024

LEAST_GROUP = 10

if TYPE_CHECKING:
    from bilet_diagnostics.psychometrics.scales import Groups
    from bilet_diagnostics.psychometrics.statistics import ScaleStatistics


@dataclass(frozen=True, slots=True)
class MeasuredGroup:
    """Statistics of one version in one group; `attempts` counts complete and incomplete ones."""

    ref: str
    attempts: int
    scales: Mapping[str, "ScaleStatistics"]


async def measure_for(
    database: Database, library: Library, *, asker: Asker, ref: str, which: Which, grades: GradeBand | None
) -> MeasuredGroup:
    """The statistics a methodologist may see: those of the own regions, of ten attempts at least.

    Raises:
        InstrumentUnknownError: no such version, or the asker is no methodologist any more.
        GroupTooSmallError: fewer than ten attempts.
        StatisticsBusyError: others are being counted.
    """
    instrument = read_instrument(library, asker, ref).instrument
    selection = Selection(which=which, grades=grades or ALL_GRADES, regions=regions_of(asker.scopes))
    groups = await measure_stored(database, library, instrument, bands=(), selection=selection)
    attempts = max((one.rows for one in groups.everyone.values()), default=0)
    if attempts < LEAST_GROUP:
        raise GroupTooSmallError(LEAST_GROUP)
    return MeasuredGroup(instrument.ref, attempts, groups.everyone)


async def measure_stored(
    database: Database,
    library: Library,
    instrument: Instrument,
    *,
    bands: Sequence[GradeBand],
    selection: Selection,
) -> "Groups":
    """The statistics of the stored attempts at an instrument, streamed; NumPy works beside the event loop."""
    from bilet_diagnostics.psychometrics.answer_files import GRADE, Rows  # noqa: PLC0415 - NumPy only when asked for
    from bilet_diagnostics.psychometrics.scales import Groups  # noqa: PLC0415 - NumPy only when asked for

    groups = Groups(instrument, bands)
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

    await copy_answers(database, library, instrument, selection, sink)
    await asyncio.to_thread(count_in)
    return groups
