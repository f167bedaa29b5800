"""The life of a delivery."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.channels import EMAIL, INBOX
from bilet_notifications.domain.deliveries import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    Delivery,
    Outcome,
    Status,
    begin,
    evolve,
    pause_after,
    put_into_inbox,
    settle,
)
from bilet_notifications.domain.events import (
    AttemptPostponed,
    DeliveryEvent,
    NotificationDelivered,
    NotificationFailed,
    NotificationSilenced,
    SendingBegun,
)
from bilet_notifications.domain.people import Correspondent
from tests.unit.notifications.examples import DELIVERY, NOW, REAL_NOW, claimed, delivery, student

PARENT = Correspondent(recipient=delivery().recipient)
OUTCOMES: list[Outcome] = ["delivered", "no-contact", "refused", "unavailable", "lost"]


def settled(found: Delivery, outcome: Outcome, attempt: int = 1) -> tuple[DeliveryEvent, ...]:
    return settle(found, outcome, attempt=attempt, now=NOW, real_now=REAL_NOW)


def test_the_inbox_takes_a_message_at_once_and_once() -> None:
    new = delivery(INBOX)

    (event,) = put_into_inbox(new, now=NOW)
    taken = evolve(new, event)

    assert isinstance(event, NotificationDelivered)
    assert (taken.status, taken.attempts, taken.settled_at) == ("delivered", 1, NOW)
    assert put_into_inbox(taken, now=NOW) == ()


def test_an_e_mail_waits_for_the_sender() -> None:
    assert put_into_inbox(delivery(EMAIL), now=NOW) == ()


def test_a_claimed_e_mail_is_marked_before_it_is_handed_over() -> None:
    events = begin(claimed(), attempt=1, student=student(), correspondent=PARENT, now=NOW)

    assert events == (SendingBegun(DELIVERY),)
    assert evolve(claimed(), events[0]).status == "sending"


def test_an_e_mail_that_may_no_longer_go_is_silenced() -> None:
    withdrawn = replace(student(), withdrawn=frozenset({"email"}))

    events = begin(claimed(), attempt=1, student=withdrawn, correspondent=PARENT, now=NOW)

    assert events == (NotificationSilenced(DELIVERY, NOW),)
    assert evolve(claimed(), events[0]).status == "silenced"


def test_an_e_mail_about_somebody_unknown_is_silenced() -> None:
    events = begin(claimed(), attempt=1, student=None, correspondent=PARENT, now=NOW)

    assert events == (NotificationSilenced(DELIVERY, NOW),)


@pytest.mark.parametrize("status", ["waiting", "sending", "delivered", "failed", "silenced"])
def test_only_a_claimed_e_mail_is_begun(status: Status) -> None:
    found = replace(claimed(), status=status)

    assert begin(found, attempt=1, student=student(), correspondent=PARENT, now=NOW) == ()


def test_a_claim_that_was_taken_over_neither_begins_nor_settles() -> None:
    taken_over = claimed(attempt=2)

    assert begin(taken_over, attempt=1, student=student(), correspondent=PARENT, now=NOW) == ()
    for outcome in OUTCOMES:
        assert settled(taken_over, outcome, attempt=1) == ()


def test_a_letter_the_server_took_is_delivered() -> None:
    sending = replace(claimed(), status="sending", maybe_repeated=True)

    (event,) = settled(sending, "delivered")
    after = evolve(sending, event)

    assert isinstance(event, NotificationDelivered)
    assert event.maybe_repeated
    assert (after.status, after.settled_at, after.next_attempt_at) == ("delivered", NOW, None)


def test_an_unavailable_server_is_tried_again_later() -> None:
    (event,) = settled(claimed(attempt=3), "unavailable", attempt=3)
    after = evolve(claimed(attempt=3), event)

    assert event == AttemptPostponed(DELIVERY, REAL_NOW + 4 * FIRST_PAUSE)
    assert (after.status, after.next_attempt_at) == ("waiting", REAL_NOW + 4 * FIRST_PAUSE)


def test_a_letter_lost_with_the_connection_is_sent_again_and_in_doubt() -> None:
    (event,) = settled(claimed(), "lost")
    after = evolve(claimed(), event)

    assert (after.status, after.maybe_repeated) == ("waiting", True)
    assert evolve(after, AttemptPostponed(DELIVERY, REAL_NOW)).maybe_repeated


def test_an_unavailable_server_is_given_up_after_the_last_attempt() -> None:
    (event,) = settled(claimed(attempt=MAX_ATTEMPTS), "unavailable", attempt=MAX_ATTEMPTS)

    assert isinstance(event, NotificationFailed)
    assert event.reason == "unavailable"


@pytest.mark.parametrize("outcome", ["no-contact", "refused"])
def test_what_no_repetition_helps_fails_at_once(outcome: Outcome) -> None:
    (event,) = settled(claimed(), outcome)
    after = evolve(claimed(), event)

    assert isinstance(event, NotificationFailed)
    assert (event.reason, after.failure, after.status) == (outcome, outcome, "failed")


@pytest.mark.parametrize("status", ["waiting", "delivered", "failed", "silenced"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_end_is_final(status: Status, outcome: Outcome) -> None:
    assert settled(replace(claimed(), status=status), outcome) == ()


@given(attempts=st.integers(1, 1000))
def test_pauses_grow_to_an_hour_and_no_further(attempts: int) -> None:
    assert FIRST_PAUSE <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE == timedelta(hours=1)


@given(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=MAX_ATTEMPTS, max_size=MAX_ATTEMPTS))
def test_every_e_mail_ends_within_its_attempts_and_says_so_once(outcomes: list[Outcome]) -> None:
    found, said = delivery(), []
    for number, outcome in enumerate(outcomes, start=1):
        if found.status == "waiting":
            found = replace(found, status="claimed", attempts=number)
        for event in settled(found, outcome, attempt=found.attempts):
            found = evolve(found, event)
            said += [event] if isinstance(event, NotificationDelivered | NotificationFailed) else []

    assert found.status in {"delivered", "failed"}
    assert len(said) == 1
