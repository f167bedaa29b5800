"""Signs that answers were given in haste or at random. They lead to one kind question, never to an accusation."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby, pairwise
from statistics import median

from bilet_diagnostics.domain.attempt import Answer, Attempt
from bilet_diagnostics.domain.errors import LookAgain
from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.scoring import Values

MISSING_SHARE = 0.2
RUN_SHARE = 0.5
RUN_AT_LEAST = 10
FAST_MS = 1000
FAST_AT_LEAST = 8
CONTRARY_AT_LEAST = 2


class Sign(StrEnum):
    """A sign that was noticed. Flagged attempts stay out of the norms.

    Source of the kinds, and of half an instrument as a run that is too long: Curran, Journal of Experimental Social
    Psychology 66 (2016), 4–19; the other thresholds are our own.
    """

    MISSING = "many-missing"
    STRAIGHT = "straight-lining"
    FAST = "impossible-speed"
    CONTRARY = "contradictory-pairs"


ADVICE = {
    Sign.MISSING: "Некоторые вопросы остались без ответа. Если хочешь, вернись к ним: рассказ о тебе будет полнее.",
    Sign.STRAIGHT: "Много одинаковых ответов подряд. Так бывает! Проверь, всё ли отмечено так, как тебе хотелось.",
    Sign.FAST: "Получилось очень быстро. Если какой-то вопрос проскочил мимо, к нему можно вернуться.",
    Sign.CONTRARY: "Некоторые похожие вопросы отмечены по-разному. Взгляни ещё раз: всё ли так, как ты думаешь?",
}


def signs_of(attempt: Attempt, paper: Paper) -> tuple[Sign, ...]:
    """Everything noticed in an attempt, in the order of `Sign`."""
    noticed = {Sign.FAST} if _too_fast(attempt.answers) else set()
    values = attempt.values
    for instrument in paper.instruments:
        noticed |= _signs_of_part(instrument, values[paper.part(instrument)])
    return tuple(sign for sign in Sign if sign in noticed)


def look_again(attempt: Attempt, paper: Paper, signs: Sequence[Sign]) -> LookAgain:
    """Make the question whether the pupil wants to look at the answers once more before submitting."""
    unanswered = tuple(item.id for item, given in zip(paper.items, attempt.answers, strict=True) if given is None)
    return LookAgain(" ".join(ADVICE[sign] for sign in signs), unanswered)


def _signs_of_part(instrument: Instrument, values: Values) -> set[Sign]:
    signs = set()
    given = [value for value in values if value is not None]
    if len(values) - len(given) > MISSING_SHARE * len(values):
        signs.add(Sign.MISSING)
    if instrument.kind is Kind.QUESTIONNAIRE:
        if _is_straight(given):
            signs.add(Sign.STRAIGHT)
        if _contradicts(instrument, values):
            signs.add(Sign.CONTRARY)
    return signs


def _is_straight(given: Sequence[int]) -> bool:
    """One answer at least ten times running and through half of what was answered; blanks do not cut a run.

    Scales alternate from item to item, so a careful pupil gives equal answers to all that lies between. A pupil who
    gives half of all answers the same value, independently, has such a run among 20 items in 1 case of 170 and among 44
    or more in fewer than 1 of 100 000.
    """
    too_long = max(RUN_AT_LEAST, RUN_SHARE * len(given))
    if max(map(given.count, set(given)), default=0) < too_long:
        return False
    return any(len(list(run)) >= too_long for _, run in groupby(given))


def _too_fast(answers: Sequence[Answer | None]) -> bool:
    """Half of the known gaps below a second; answers of one moment arrived together without times of their own."""
    moments = sorted({answer.answered_ms for answer in answers if answer is not None})
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    return len(moments) >= FAST_AT_LEAST and median(gaps) < FAST_MS


def _contradicts(instrument: Instrument, values: Values) -> bool:
    """At least two pairs, and half of all, answered at the same end of the response scale."""
    clashes = sum(
        values[one] == values[other] and values[one] in instrument.ends for one, other in instrument.contrary_positions
    )
    return clashes >= max(CONTRARY_AT_LEAST, len(instrument.contrary) / 2)
