"""A psychologist asks how well an instrument measures: statistics of the stored attempts, without identities."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bilet_diagnostics.domain.instrument import GradeBand, Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.storage.stored_answers import Selection, copy_answers
from bilet_kit.database import Database

GATHER_BYTES = 4 * 1024 * 1024

if TYPE_CHECKING:
    from bilet_diagnostics.psychometrics.scales import Groups


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
