"""Signs that answers were given in haste or at random. They lead to one kind question, never to an accusation."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby, pairwise
from statistics import median

from bilet_diagnostics.domain.attempt import Answer, Attempt
from bilet_diagnostics.domain.errors import LookAgainError
from bilet_diagnostics.domain.instrument import Instrument, Kind
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.scoring import Values, reverse_key

MISSING_SHARE = 0.2
RUN_SHARE = 0.8
RUN_AT_LEAST = 10
FAST_MS = 1000
FAST_AT_LEAST = 8
CONTRARY_AT_LEAST = 2


class Sign(StrEnum):
    """What was noticed. Flagged attempts stay out of the norms.

    Source of the kinds: Curran, Journal of Experimental Social Psychology 66 (2016), 4–19; thresholds are our own.
    """

    MISSING = "many-missing"
    STRAIGHT = "straight-lining"
    FAST = "impossible-speed"
    CONTRARY = "contradictory-pairs"


ADVICE = {
    Sign.MISSING: "Некоторые вопросы остались без ответа. Если хотите, вернитесь к ним: рассказ о вас будет полнее.",
    Sign.STRAIGHT: "Много одинаковых ответов подряд. Так бывает! Проверьте, всё ли отмечено так, как вы хотели.",
    Sign.FAST: "Получилось очень быстро. Если какой-то вопрос проскочил мимо, к нему можно вернуться.",
    Sign.CONTRARY: "Некоторые похожие вопросы отмечены по-разному. Взгляните ещё раз: всё ли так, как вы думаете?",
}


def signs_of(attempt: Attempt, paper: Paper) -> tuple[Sign, ...]:
    """Everything noticed in an attempt, in the order of `Sign`."""
    noticed = {Sign.FAST} if _too_fast(attempt.answers) else set()
    values = attempt.values
    for instrument in paper.instruments:
        noticed |= _signs_of_part(instrument, values[paper.part(instrument)])
    return tuple(sign for sign in Sign if sign in noticed)


def ask_to_look_again(attempt: Attempt, paper: Paper) -> None:
    """Ask a pupil once to look at the answers before they are handed in.

    Raises:
        LookAgainError: something was noticed.
    """
    signs = signs_of(attempt, paper)
    if signs:
        unanswered = tuple(item.id for item, given in zip(paper.items, attempt.answers, strict=True) if given is None)
        raise LookAgainError(" ".join(ADVICE[sign] for sign in signs), unanswered)


def _signs_of_part(instrument: Instrument, values: Values) -> set[Sign]:
    signs = set()
    if sum(value is None for value in values) > MISSING_SHARE * len(values):
        signs.add(Sign.MISSING)
    if instrument.kind is Kind.QUESTIONNAIRE:
        if _longest_run(values) >= max(RUN_AT_LEAST, RUN_SHARE * len(values)):
            signs.add(Sign.STRAIGHT)
        if _contradicts(instrument, values):
            signs.add(Sign.CONTRARY)
    return signs


def _longest_run(values: Values) -> int:
    return max((len(list(run)) for value, run in groupby(values) if value is not None), default=0)


def _too_fast(answers: Sequence[Answer | None]) -> bool:
    moments = sorted(answer.answered_ms for answer in answers if answer is not None)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    return len(moments) >= FAST_AT_LEAST and median(gaps) < FAST_MS


def _contradicts(instrument: Instrument, values: Values) -> bool:
    """At least two pairs, and half of all, answered at the same end of the response scale."""
    positions = {item.id: position for position, item in enumerate(instrument.items)}
    allowed = [option.value for option in instrument.response]
    clashes = 0
    for one, other in instrument.contrary:
        first, second = values[positions[one]], values[positions[other]]
        if first is None or second is None:
            continue
        mirrored = reverse_key(second, minimum=min(allowed), maximum=max(allowed))
        clashes += abs(first - mirrored) >= max(allowed) - min(allowed)
    return clashes >= max(CONTRARY_AT_LEAST, len(instrument.contrary) / 2)
