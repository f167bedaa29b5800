"""Pupils are addressed with «ты» wherever only they read; what others read too addresses nobody."""

import re
from itertools import cycle, islice

import pytest

from bilet_diagnostics.domain import errors, feedback, quality
from bilet_diagnostics.domain.errors import DomainError
from bilet_diagnostics.domain.recommendation import LETTERS, NOTHING_IS_EXCLUDED, Competency, recommend
from bilet_diagnostics.domain.route import LATER
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder

POLITE = re.compile(
    r"\b(вы|вас|вам|вами|ваш\w*)\b|\w(йте|ьте|ите)(сь)?\b|\b(хот|мож|буд|смож|зна|дума|реш|сда)[её]?те\b", re.IGNORECASE
)
FOR_STAFF = {
    errors.InstrumentUnknown,
    errors.NothingPutRight,
    errors.GroupTooSmall,
    errors.StatisticsBusy,
}
SAID_TO_PUPILS: tuple[DomainError, ...] = (
    errors.StudentNotActive(),
    errors.StudentUnknown(),
    errors.SeasonClosed(),
    errors.StageUnknown(),
    errors.StageTooEarly(1),
    errors.RetakeTooEarly(30),
    errors.AttemptNotFound(),
    errors.AlreadySubmitted(),
    errors.AlreadyStopped(),
    errors.NotSubmitted(),
    errors.NothingAnswered(),
    errors.LookAgain(" ".join(quality.ADVICE.values()), ()),
    errors.UnknownItem("x"),
    errors.ValueOffScale("x", (1, 2)),
    errors.PlanNotOpen(),
    errors.PlanChangedElsewhere(),
    errors.NoScore("x"),
)


def test_every_refusal_is_either_for_pupils_or_for_staff() -> None:
    assert {type(one) for one in SAID_TO_PUPILS} | FOR_STAFF == set(DomainError.__subclasses__())


@pytest.mark.parametrize("text", ["Сначала пройдите этап", "если хотите", "как только вы сдадите", "Взгляните", "ваш"])
def test_the_polite_form_is_recognized(text: str) -> None:
    assert POLITE.search(text)


@pytest.mark.parametrize("error", SAID_TO_PUPILS, ids=lambda one: one.code)
def test_a_refusal_addresses_a_pupil_as_ty(error: DomainError) -> None:
    assert not POLITE.search(f"{error.title} {error}")


@pytest.mark.parametrize("advice", quality.ADVICE.values(), ids=quality.ADVICE)
def test_the_advice_addresses_a_pupil_as_ty(advice: str) -> None:
    assert not POLITE.search(advice)


@pytest.mark.parametrize("note", [feedback.RAW_ONLY, feedback.AMONG_PARTICIPANTS, NOTHING_IS_EXCLUDED, LATER])
def test_a_note_addresses_a_pupil_as_ty(note: str) -> None:
    assert not POLITE.search(note)


def test_what_others_read_addresses_nobody() -> None:
    assert not POLITE.search(feedback.FOR_OTHERS)
    assert not re.search(r"\b(ты|теб[яе]|тво[йяёеи]\w*)\b", feedback.FOR_OTHERS, re.IGNORECASE)


@pytest.mark.parametrize("shares", [(1, 0, 0.5, 0.2, 0.1, 0.4), (0.4, 0, 0.1, 0.2, 0.1, 0.3), (0.5,) * 6, None])
def test_a_reason_addresses_a_pupil_as_ty(shares: tuple[float, ...] | None) -> None:
    offer = [
        Competency(competency=f"c{n}", title="", field=f"f{n % 3}", riasec=code, grade_from=6, grade_to=11)
        for n, code in enumerate(islice(cycle(("RIC", "SAE", "ECS")), 9))
    ]
    made = recommend(dict(zip(LETTERS, shares, strict=True)) if shares else None, {}, offer, 9)
    assert made
    assert not [one.reason for one in made if POLITE.search(one.reason)]


def test_next_steps_address_a_pupil_as_ty() -> None:
    steps = [
        step for one in load_library(packaged_folder()).instruments for of in one.next_steps.values() for step in of
    ]
    assert steps
    assert not [step for step in steps if POLITE.search(step)]
