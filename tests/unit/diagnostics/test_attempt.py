"""How an attempt is started, answered, stopped and handed in."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain import errors
from bilet_diagnostics.domain.attempt import (
    Answer,
    Attempt,
    Status,
    answer,
    begin,
    check_open,
    completes_the_season,
    evolve,
    start,
    stop,
    submit,
)
from bilet_diagnostics.domain.events import AttemptResumed, AttemptStarted, AttemptSubmitted
from bilet_diagnostics.domain.participation import Season, Student
from tests.unit.diagnostics.examples import NOW, SEASON, STUDENT, answered, library, started, submitted

LIBRARY = library()


def begun(
    *history: Attempt, stage: int = 1, student: Student = STUDENT, season: Season | None = SEASON, days: float = 0
) -> tuple[AttemptStarted | AttemptResumed, ...]:
    return start(
        history,
        student=student,
        season=season,
        stage=stage,
        paper=LIBRARY.paper_for(min(stage, 3), student.grade),
        attempt_id=uuid4(),
        now=NOW + timedelta(days=days),
    )


def test_an_active_pupil_starts_the_first_stage_with_the_newest_instruments() -> None:
    (event,) = begun()

    assert isinstance(event, AttemptStarted)
    assert (event.stage, event.number, event.grade, event.instruments) == (1, 1, 8, ("stage1x-1",))
    attempt = begin(event, LIBRARY.paper(event.instruments))
    assert (attempt.status, attempt.answers) == (Status.STARTED, (None,) * 4)


def test_starting_an_open_stage_again_goes_on_with_it() -> None:
    assert begun(started()) == ()


@pytest.mark.parametrize("stage", [0, 4, -1])
def test_there_are_three_stages(stage: int) -> None:
    with pytest.raises(errors.StageUnknown):
        start(
            (), student=STUDENT, season=SEASON, stage=stage, paper=LIBRARY.paper_for(1, 8), attempt_id=uuid4(), now=NOW
        )
    with pytest.raises(errors.StageUnknown):
        LIBRARY.paper_for(stage, 8)


@pytest.mark.parametrize(
    "student",
    [
        replace(STUDENT, status="registered"),
        replace(STUDENT, status="suspended"),
        replace(STUDENT, purposes=("transfer",)),
    ],
)
def test_only_an_active_pupil_with_consent_to_processing_begins_a_stage(student: Student) -> None:
    with pytest.raises(errors.StudentNotActive):
        begun(student=student)


def test_a_suspended_pupil_may_go_on_with_an_open_attempt() -> None:
    assert begun(started(), student=replace(STUDENT, status="suspended")) == ()


def test_without_a_season_nothing_begins() -> None:
    with pytest.raises(errors.SeasonClosed):
        begun(season=None)


def test_the_season_is_open_from_its_first_instant_until_just_before_it_closes() -> None:
    assert SEASON.is_open(SEASON.diagnostics_from)
    assert not SEASON.is_open(SEASON.diagnostics_from - timedelta(microseconds=1))
    assert SEASON.is_open(SEASON.closes - timedelta(microseconds=1))
    assert not SEASON.is_open(SEASON.closes)


def test_a_stage_waits_for_the_ones_before_it_and_names_the_first_missing() -> None:
    with pytest.raises(errors.StageTooEarly, match="этап 1"):
        begun(stage=3)
    with pytest.raises(errors.StageTooEarly, match="этап 2"):
        begun(submitted(1), started(stage=2), stage=3)


def test_the_third_stage_opens_after_the_first_two() -> None:
    (event,) = begun(submitted(1), submitted(2), stage=3)
    assert event.stage == 3


def test_a_retake_waits_thirty_days_and_counts_on() -> None:
    with pytest.raises(errors.RetakeTooEarly):
        begun(submitted(1), days=29.99)
    (event,) = begun(submitted(1), days=30)
    assert isinstance(event, AttemptStarted)
    assert event.number == 2


def test_a_stopped_attempt_is_resumed_with_its_answers() -> None:
    (stopped,) = stop(answered(started(), [1, 2, None, None]), now=NOW)
    attempt = evolve(answered(started(), [1, 2, None, None]), stopped)
    assert attempt.status is Status.STOPPED

    (resumed,) = begun(attempt)

    assert isinstance(resumed, AttemptResumed)
    assert evolve(attempt, resumed).values == (1, 2, None, None)
    assert evolve(attempt, resumed).status is Status.STARTED


def test_a_stopped_attempt_is_not_resumed_without_consent() -> None:
    attempt = replace(started(), status=Status.STOPPED)
    with pytest.raises(errors.StudentNotActive):
        begun(attempt, student=replace(STUDENT, purposes=()))


def test_only_open_attempts_can_be_stopped() -> None:
    assert stop(submitted(1), now=NOW) == ()
    assert stop(replace(started(), status=Status.STOPPED), now=NOW) == ()


def test_a_submitted_attempt_is_read_only() -> None:
    with pytest.raises(errors.AlreadySubmitted):
        check_open(submitted(1), SEASON, NOW)


def test_a_stopped_attempt_takes_no_answers_and_is_not_handed_in() -> None:
    attempt = replace(answered(started(), [1, 1, 1, 1]), status=Status.STOPPED)
    with pytest.raises(errors.AlreadyStopped):
        check_open(attempt, SEASON, NOW)
    with pytest.raises(errors.AlreadyStopped):
        submit(attempt, season=SEASON, now=NOW)


def test_nothing_is_answered_or_handed_in_after_the_season() -> None:
    whole = answered(started(), [1, 2, 3, 4])
    with pytest.raises(errors.SeasonClosed):
        check_open(whole, SEASON, SEASON.closes)
    with pytest.raises(errors.SeasonClosed):
        submit(whole, season=None, now=NOW)


def test_handing_in_again_changes_nothing_even_after_the_season() -> None:
    assert submit(submitted(1), season=None, now=SEASON.closes) == ()


def test_an_attempt_without_any_answer_is_not_handed_in() -> None:
    with pytest.raises(errors.NothingAnswered):
        submit(started(), season=SEASON, now=NOW)


def test_handing_in_makes_the_attempt_submitted_at_that_moment() -> None:
    whole = answered(started(), [1, 2, 3, 4])
    (event,) = submit(whole, season=SEASON, now=NOW)
    assert isinstance(event, AttemptSubmitted)
    assert (evolve(whole, event).status, evolve(whole, event).submitted_at) == (Status.SUBMITTED, NOW)


def test_only_the_first_attempt_at_the_last_stage_completes_the_season() -> None:
    assert completes_the_season(started(stage=3))
    assert not completes_the_season(started(stage=3, number=2))
    assert not completes_the_season(started(stage=2))


GIVEN = st.tuples(st.integers(0, 3), st.builds(Answer, st.integers(0, 50), st.integers(0, 5), st.integers(1, 5)))


@given(st.lists(GIVEN, max_size=30), st.randoms(use_true_random=False), st.integers(0, 30))
def test_the_order_repeats_and_batches_of_answers_do_not_matter(
    given_: list[tuple[int, Answer]], shuffle: object, cut: int
) -> None:
    at_once = answer(started(), given_)
    mixed = [*given_, *given_[:cut]]
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one_by_one = started()
    for one in mixed:
        one_by_one = answer(one_by_one, [one])
    assert one_by_one.answers == at_once.answers


@given(st.lists(GIVEN, min_size=1, max_size=30))
def test_the_newest_answer_of_each_item_is_kept_and_none_is_lost(given_: list[tuple[int, Answer]]) -> None:
    kept = answer(started(), given_).answers
    for position in range(4):
        offered = [one for place, one in given_ if place == position]
        assert kept[position] == (max(offered) if offered else None)


@given(st.lists(GIVEN, max_size=10))
def test_the_revision_grows_exactly_when_answers_change(given_: list[tuple[int, Answer]]) -> None:
    before = started()
    after = answer(before, given_)
    assert after.revision - before.revision == (after.answers != before.answers)
    assert answer(after, given_) is after
