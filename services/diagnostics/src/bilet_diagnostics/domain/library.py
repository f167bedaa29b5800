"""The library: all published instruments with their norms, and the papers made of them."""

from collections.abc import Iterable, Sequence

from bilet_diagnostics.domain.errors import StageUnknown
from bilet_diagnostics.domain.instrument import Instrument
from bilet_diagnostics.domain.norms import NormSet
from bilet_diagnostics.domain.paper import STAGES, Paper
from bilet_diagnostics.domain.versions import asks_the_same, form_to_ask


class Library:
    """All published instruments, looked up by version or by stage and grade; papers are made once."""

    def __init__(self, instruments: Iterable[Instrument], norms: Iterable[NormSet] = ()) -> None:
        self._by_ref = {instrument.ref: instrument for instrument in instruments}
        self._norms = {one.instrument: one for one in sorted(norms, key=lambda one: one.version)}
        self._papers: dict[tuple[str, ...], Paper] = {}

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every version, in the order in which a stage asks them, then by number."""
        return tuple(sorted(self._by_ref.values(), key=lambda one: (one.stage, one.place, one.id, one.version)))

    def norms_of(self, ref: str) -> NormSet | None:
        """Find the newest norms of an instrument's version."""
        return self._norms.get(ref)

    def paper(self, refs: tuple[str, ...]) -> Paper:
        """Make the paper of an attempt from the versions it was started with.

        Raises:
            KeyError: a version that was published is missing from the installation.
        """
        paper = self._papers.get(refs)
        if paper is None:
            paper = self._papers[refs] = Paper(tuple(self._by_ref[ref] for ref in refs))
        return paper

    def same_questions(self, instrument: Instrument) -> tuple[str, ...]:
        """List the published versions whose answers also answer this instrument, oldest first."""
        return tuple(one.ref for one in self.instruments if asks_the_same(one, instrument))

    def paper_for(self, stage: int, grade: int, taken: Sequence[Sequence[str]] = ()) -> Paper:
        """Choose the paper of a pupil who starts a stage now: the newest versions, and the next form at a retake.

        Args:
            stage: 1 to 3.
            grade: the pupil's.
            taken: the exact versions of every earlier attempt at the stage.

        Raises:
            StageUnknown: there is no such stage.
        """
        if stage not in STAGES:
            raise StageUnknown
        newest = {one.id: one for one in self.instruments if one.stage == stage and grade in one.grades}
        forms: dict[str, list[Instrument]] = {}
        for one in sorted(newest.values(), key=lambda one: one.parallel_of != ""):
            forms.setdefault(one.main_form, []).append(one)
        return self.paper(tuple(form_to_ask(of_one, taken).ref for of_one in forms.values()))
