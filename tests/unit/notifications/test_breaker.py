"""What speaks of a provider, and what of a message only."""

from uuid import uuid4

import pytest

from bilet_notifications.sending.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("test", clock)


def test_one_message_that_fails_again_and_again_does_not_speak_of_the_provider(breaker: Breaker) -> None:
    bad = uuid4()
    for _ in range(10):
        breaker.failed_at(bad)

    assert not breaker.is_away


def test_two_messages_that_fail_in_a_row_do(breaker: Breaker) -> None:
    breaker.failed_at(uuid4())
    breaker.failed_at(uuid4())

    assert breaker.is_away


def test_an_answer_between_two_failures_clears_the_provider(breaker: Breaker) -> None:
    breaker.failed_at(uuid4())
    breaker.answered()
    breaker.failed_at(uuid4())

    assert not breaker.is_away


def test_after_a_pause_one_message_tries_and_an_answer_brings_everything_back(breaker: Breaker, clock: Clock) -> None:
    breaker.unreachable()
    assert (breaker.is_away, breaker.is_on_trial) == (True, False)

    clock.seconds += FIRST_PAUSE
    assert (breaker.is_away, breaker.is_on_trial) == (False, True)

    breaker.answered()
    assert (breaker.is_away, breaker.is_on_trial) == (False, False)


def test_a_failed_trial_doubles_the_pause_up_to_a_minute(breaker: Breaker, clock: Clock) -> None:
    breaker.unreachable()
    pauses = []
    for _ in range(10):
        began = clock.seconds
        while breaker.is_away:
            clock.seconds += FIRST_PAUSE
        pauses.append(clock.seconds - began)
        breaker.failed_at(uuid4())

    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_connections_that_fail_together_are_one_failure(breaker: Breaker, clock: Clock) -> None:
    for _ in range(8):
        breaker.unreachable()

    clock.seconds += FIRST_PAUSE
    assert breaker.is_on_trial
