"""What the staff sees: coordinators the progress of a school, methodologists instruments and counts, nobody an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_diagnostics.domain.access import regions_of, schools_of
from bilet_diagnostics.domain.errors import InstrumentUnknown
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.norms import NormSet
from bilet_diagnostics.storage import access, statistics
from bilet_diagnostics.storage.access import Completion
from bilet_diagnostics.storage.statistics import GradeCount
from bilet_kit.access import Asker
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class NormedInstrument:
    """A version of an instrument with its newest norms, if there are any."""

    instrument: Instrument
    norms: NormSet | None


async def list_completion(tx: Transaction, *, asker: Asker, after: UUID | None, limit: int) -> tuple[Completion, ...]:
    """List how far the pupils of the coordinator's schools are, by pseudonym; without results there is no view to audit."""
    schools = schools_of(asker.scopes)
    return await access.completion_of(tx, schools, after=after, limit=limit) if schools else ()


def list_instruments(library: Library, asker: Asker) -> Sequence[Instrument]:
    """Every published version.

    Raises:
        InstrumentUnknown: the asker is no methodologist any more.
    """
    _check_methodologist(asker)
    return library.instruments


def read_instrument(library: Library, asker: Asker, ref: str) -> NormedInstrument:
    """One version with its keys and norms.

    Raises:
        InstrumentUnknown: no such version, or the asker is no methodologist any more.
    """
    _check_methodologist(asker)
    for one in library.instruments:
        if one.ref == ref:
            return NormedInstrument(one, library.norms_of(ref))
    raise InstrumentUnknown


async def count_attempts(tx: Transaction, library: Library, *, asker: Asker, ref: str) -> tuple[GradeCount, ...]:
    """Count the attempts of a version in the methodologist's regions, by grade.

    Raises:
        InstrumentUnknown: no such version, or the asker is no methodologist any more.
    """
    found = read_instrument(library, asker, ref)
    return await statistics.count_by_grade(tx, found.instrument.ref, regions_of(asker.scopes))


def _check_methodologist(asker: Asker) -> None:
    if not asker.scopes:
        raise InstrumentUnknown
