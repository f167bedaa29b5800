"""The library: all published instruments with their norms, and the papers made of them."""

from collections.abc import Iterable

from bilet_diagnostics.domain.errors import StageUnknownError
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.norms import NormSet
from bilet_diagnostics.domain.paper import STAGES, Paper


class Library:
    """All published instruments, looked up by version or by stage and grade; papers are made once."""

    def __init__(self, instruments: Iterable[Instrument], norms: Iterable[NormSet] = ()) -> None:
        self._by_ref = {instrument.ref: instrument for instrument in instruments}
        self._norms = {one.instrument: one for one in sorted(norms, key=lambda one: one.version)}
        self._papers: dict[tuple[str, ...], Paper] = {}

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every version there is, in the order in which a stage asks them, then by number."""
        return tuple(sorted(self._by_ref.values(), key=lambda one: (one.stage, one.place, one.id, one.version)))

    def norms_of(self, ref: str) -> NormSet | None:
        """The newest norms of an instrument's version, if there are any."""
        return self._norms.get(ref)

    def paper(self, refs: tuple[str, ...]) -> Paper:
        """The paper of an attempt by the versions it was started with.

        Raises:
            KeyError: a version that was published is missing from the installation.
        """
        paper = self._papers.get(refs)
        if paper is None:
            paper = self._papers[refs] = Paper(tuple(self._by_ref[ref] for ref in refs))
        return paper

    def paper_for(self, stage: int, grade: int) -> Paper:
        """What a pupil of a grade who starts a stage now is asked: the newest versions.

        Raises:
            StageUnknownError: there is no such stage.
        """
        if stage not in STAGES:
            raise StageUnknownError
        newest = {one.id: one for one in self.instruments if one.stage == stage and grade in one.grades}
        return self.paper(tuple(one.ref for one in newest.values()))
