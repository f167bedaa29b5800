"""Versions and forms of an instrument: what a new version may correct, and what makes two forms parallel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bilet_diagnostics.domain.errors import NothingPutRight
from bilet_diagnostics.domain.instrument import Instrument


def differences(one: Instrument, other: Instrument) -> tuple[str, ...]:
    """List in Russian what two versions ask differently; with none, answers to one are answers to the other.

    Keys, scales, right answers and texts of feedback may differ: those are what a rescoring puts right.
    """
    return tuple(_differences(one, other))


def asks_the_same(one: Instrument, other: Instrument) -> bool:
    """Whether answers to one are answers to the other: two versions with equal questions and answers to choose from."""
    return not differences(one, other)


def _differences(one: Instrument, other: Instrument) -> Iterator[str]:
    if one.id != other.id:
        yield f"это разные методики: {one.id} и {other.id}"
        return
    if [item.id for item in one.items] != [item.id for item in other.items]:
        yield f"{one.ref} и {other.ref}: разные вопросы или другой их порядок"
        return
    if one.kind != other.kind:
        yield f"{one.ref} и {other.ref}: одна — опросник, другая — викторина"
    for mine, theirs in zip(one.items, other.items, strict=True):
        if mine.text != theirs.text:
            yield f"вопрос «{mine.id}» задан другими словами"
        if one.options_of(mine) != other.options_of(theirs):
            yield f"вопрос «{mine.id}»: другие варианты ответа"


@dataclass(frozen=True, slots=True)
class Correction:
    """A version that corrects earlier ones.

    Attributes:
        right: the version to score by, `<id>-<version>`.
        wrong: the earlier versions with the same questions.
    """

    right: str
    wrong: tuple[str, ...]

    def applied_to(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Replace the wrong versions by the corrected one."""
        return tuple(self.right if ref in self.wrong else ref for ref in refs)


def correction_by(right: Instrument, published: Sequence[Instrument]) -> Correction:
    """Find what a version corrects.

    Raises:
        NothingPutRight: no earlier version asks the same; it says what differs from the latest of them.
    """
    earlier = sorted(
        (one for one in published if one.id == right.id and one.version < right.version), key=lambda one: one.version
    )
    wrong = tuple(one.ref for one in earlier if asks_the_same(one, right))
    if not wrong:
        raise NothingPutRight(differences(earlier[-1], right) if earlier else ("более ранних версий нет",))
    return Correction(right.ref, wrong)


def faults_of_forms(instruments: Sequence[Instrument]) -> Iterator[str]:
    """Parallel forms that do not match the form they name; the newest version of each counts."""
    newest = {one.id: one for one in sorted(instruments, key=lambda one: one.version)}
    for form in newest.values():
        if form.parallel_of:
            yield from _faults_of_form(form, newest.get(form.parallel_of))


def _faults_of_form(form: Instrument, main: Instrument | None) -> Iterator[str]:
    if main is None:
        yield f"{form.ref}: параллельна методике «{form.parallel_of}», которой нет"
        return
    if main.parallel_of:
        yield f"{form.ref}: «{main.id}» сама параллельная форма; нужно указать основную — «{main.parallel_of}»"
    if (form.stage, form.place, form.grades, form.kind) != (main.stage, main.place, main.grades, main.kind):
        yield f"{form.ref}: этап, место, классы и вид должны быть как у «{main.id}»"
    if {scale.id for scale in form.scales} != {scale.id for scale in main.scales}:
        yield f"{form.ref}: шкалы должны быть те же, что у «{main.id}»"


def form_to_ask(forms: Sequence[Instrument], taken: Sequence[Sequence[str]]) -> Instrument:
    """Of an instrument's forms the one asked least often before, the main one first; it takes them in turn.

    Args:
        forms: the main form, then its parallel ones in a fixed order.
        taken: for every earlier attempt the exact versions it asked.
    """
    ids = [ref.rpartition("-")[0] for refs in taken for ref in refs]
    return min(forms, key=lambda form: ids.count(form.id))
