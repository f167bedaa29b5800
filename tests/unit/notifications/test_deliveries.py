"""The life of a delivery."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.channels import EMAIL, INBOX
from bilet_notifications.domain.deliveries import (
    DOUBTFUL_ATTEMPTS,
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    Delivery,
    Outcome,
    Status,
    begin,
    claim,
    evolve,
    expire,
    give_up_unreadable,
    hand_back,
    pause_after,
    put_into_inbox,
    resend,
    settle,
)
from bilet_notifications.domain.events import (
    AttemptPostponed,
    DeliveryEvent,
    MessageClaimed,
    MessageHandedBack,
    NotificationDelivered,
    NotificationFailed,
    NotificationSilenced,
    PutIntoInbox,
    SendingBegun,
)
from bilet_notifications.domain.lasting import NEWS_LAST
from bilet_notifications.domain.people import Correspondent
from tests.unit.notifications.examples import (
    CLAIM,
    DELIVERY,
    NOW,
    REAL_NOW,
    claimed,
    delivery,
    sending,
    student,
)

PARENT = Correspondent(recipient=delivery().recipient)
NEWER = UUID(int=8)
OUTCOMES: list[Outcome] = [
    "delivered", "no-contact", "refused", "postponed", "interrupted", "lost",
]  # fmt: skip
AGAIN: list[Outcome] = ["postponed", "interrupted", "lost"]


def folded(found: Delivery, events: tuple[DeliveryEvent, ...]) -> Delivery:
    for event in events:
        found = evolve(found, event)
    return found


def taken(found: Delivery, *, by: UUID = CLAIM) -> Delivery:
    return folded(found, claim(found, by=by, readable=True, now=NOW, real_now=REAL_NOW))


def settled(found: Delivery, outcome: Outcome, by: UUID = CLAIM) -> tuple[DeliveryEvent, ...]:
    return settle(found, outcome, claim=by, now=NOW, real_now=REAL_NOW)


def begun(found: Delivery, by: UUID = CLAIM) -> tuple[DeliveryEvent, ...]:
    return begin(found, claim=by, student=student(), correspondent=PARENT, now=NOW)


def test_the_inbox_takes_a_message_at_once_and_once() -> None:
    new = delivery(INBOX)

    (event,) = put_into_inbox(new, now=NOW)
    there = evolve(new, event)

    assert event == PutIntoInbox(DELIVERY, NOW)
    assert (there.status, there.attempts, there.settled_at) == ("delivered", 1, NOW)
    assert put_into_inbox(there, now=NOW) == ()


def test_an_e_mail_waits_for_the_sender() -> None:
    assert put_into_inbox(delivery(EMAIL), now=NOW) == ()


def test_a_claim_lasts_for_a_lease_and_counts_no_attempt() -> None:
    (event,) = claim(delivery(), by=CLAIM, readable=True, now=NOW, real_now=REAL_NOW)
    after = evolve(delivery(), event)

    assert event == MessageClaimed(DELIVERY, CLAIM, REAL_NOW + LEASE)
    assert (after.status, after.claimed_by, after.attempts) == ("claimed", CLAIM, 0)
    assert after.next_attempt_at == REAL_NOW + LEASE
    assert timedelta(seconds=30) >= LEASE


def test_what_nobody_could_read_is_given_up_instead_of_claimed() -> None:
    (event,) = claim(delivery(), by=CLAIM, readable=False, now=NOW, real_now=REAL_NOW)

    assert isinstance(event, NotificationFailed)
    assert event.reason == "unrenderable"


@pytest.mark.parametrize("due", [None, REAL_NOW])
@pytest.mark.parametrize("attempts", [0, 3])
def test_handing_back_restores_attempts_and_due_time(due: datetime | None, attempts: int) -> None:
    waiting = replace(delivery(), next_attempt_at=due, attempts=attempts)

    under_claim = taken(waiting)
    (event,) = hand_back(under_claim, claim=CLAIM)

    assert event == MessageHandedBack(DELIVERY)
    assert evolve(under_claim, event) == waiting


@pytest.mark.parametrize("found", [sending(), replace(claimed(), claimed_by=NEWER), delivery()])
def test_only_what_we_claimed_and_never_offered_is_handed_back(found: Delivery) -> None:
    assert hand_back(found, claim=CLAIM) == ()


def test_a_sender_that_never_came_back_leaves_its_letter_in_doubt() -> None:
    assert taken(sending(), by=NEWER).maybe_repeated
    assert not taken(claimed(), by=NEWER).maybe_repeated


def test_a_claimed_e_mail_is_marked_before_it_is_handed_over_and_that_is_an_attempt() -> None:
    events = begun(claimed())
    after = folded(claimed(), events)

    assert events == (SendingBegun(DELIVERY),)
    assert (after.status, after.attempts) == ("sending", 1)


def test_an_e_mail_that_may_no_longer_go_is_silenced() -> None:
    withdrawn = replace(student(), withdrawn=frozenset({"email"}))

    events = begin(claimed(), claim=CLAIM, student=withdrawn, correspondent=PARENT, now=NOW)

    assert events == (NotificationSilenced(DELIVERY, NOW),)
    assert folded(claimed(), events).status == "silenced"


def test_an_e_mail_about_somebody_unknown_is_silenced() -> None:
    events = begin(claimed(), claim=CLAIM, student=None, correspondent=PARENT, now=NOW)

    assert events == (NotificationSilenced(DELIVERY, NOW),)


@pytest.mark.parametrize("status", ["waiting", "sending", "delivered", "failed", "silenced"])
def test_only_a_claimed_e_mail_is_begun(status: Status) -> None:
    assert begun(replace(claimed(), status=status)) == ()


def test_a_claim_that_was_taken_over_neither_begins_nor_settles() -> None:
    taken_over = replace(claimed(), claimed_by=NEWER)

    assert begun(taken_over) == ()
    for outcome in OUTCOMES:
        assert settled(taken_over, outcome) == ()


def test_a_letter_the_server_took_is_delivered() -> None:
    doubtful = replace(sending(), maybe_repeated=True)

    (event,) = settled(doubtful, "delivered")
    after = evolve(doubtful, event)

    assert isinstance(event, NotificationDelivered)
    assert event.maybe_repeated
    assert (after.status, after.settled_at, after.next_attempt_at, after.claimed_by) == ("delivered", NOW, None, None)


@pytest.mark.parametrize("outcome", AGAIN)
def test_what_may_succeed_later_is_tried_again_after_a_growing_pause(outcome: Outcome) -> None:
    (event,) = settled(sending(attempts=3), outcome)
    after = evolve(sending(attempts=3), event)

    assert event == AttemptPostponed(DELIVERY, REAL_NOW + 4 * FIRST_PAUSE, in_doubt=outcome == "lost")
    assert (after.status, after.next_attempt_at, after.claimed_by) == ("waiting", REAL_NOW + 4 * FIRST_PAUSE, None)


def test_only_a_letter_lost_with_the_connection_is_in_doubt() -> None:
    assert {outcome for outcome in AGAIN if folded(sending(), settled(sending(), outcome)).maybe_repeated} == {"lost"}


def test_a_letter_that_may_have_gone_out_each_time_is_given_up_after_four() -> None:
    doubtful = replace(sending(attempts=DOUBTFUL_ATTEMPTS), maybe_repeated=True)

    (event,) = settled(doubtful, "lost")

    assert isinstance(event, NotificationFailed)
    assert event.reason == "unavailable"


@given(attempts=st.integers(1, 1000))
def test_no_number_of_refused_moments_ends_a_letter(attempts: int) -> None:
    (event,) = settled(sending(attempts), "postponed")

    assert isinstance(event, AttemptPostponed)


@pytest.mark.parametrize("outcome", ["no-contact", "refused"])
def test_what_no_repetition_helps_fails_at_once(outcome: Outcome) -> None:
    (event,) = settled(sending(), outcome)
    after = evolve(sending(), event)

    assert isinstance(event, NotificationFailed)
    assert (event.reason, after.failure, after.status) == (outcome, outcome, "failed")


@pytest.mark.parametrize("status", ["waiting", "delivered", "failed", "silenced"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_end_is_final(status: Status, outcome: Outcome) -> None:
    assert settled(replace(sending(), status=status), outcome) == ()


@given(attempts=st.integers(1, 1000))
def test_pauses_grow_to_four_hours_and_no_further(attempts: int) -> None:
    assert FIRST_PAUSE <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE == timedelta(hours=4)


def test_a_letter_ends_when_it_expires_wherever_it_is_found() -> None:
    late = NOW + NEWS_LAST
    waiting, under_claim = delivery(), claimed()

    found = (
        expire(waiting, now=late),
        claim(waiting, by=CLAIM, readable=True, now=late, real_now=REAL_NOW),
        begin(under_claim, claim=CLAIM, student=student(), correspondent=PARENT, now=late),
    )

    reasons = [event.reason for (event,) in found if isinstance(event, NotificationFailed)]
    assert reasons == ["expired"] * 3
    assert expire(waiting, now=late - timedelta(seconds=1)) == ()
    assert expire(under_claim, now=late) == ()


def test_a_message_that_an_inbox_cannot_show_fails_and_can_be_resent() -> None:
    there = folded(delivery(INBOX), put_into_inbox(delivery(INBOX), now=NOW))

    (event,) = give_up_unreadable(there, now=NOW)
    gone = evolve(there, event)
    later = NOW + timedelta(days=30)
    again = folded(gone, resend(gone, now=later))

    assert (gone.status, gone.failure) == ("failed", "unrenderable")
    assert (again.status, again.failure, again.attempts, again.expires_at) == ("waiting", None, 0, later + NEWS_LAST)
    assert folded(again, put_into_inbox(again, now=later)).status == "delivered"
    assert give_up_unreadable(gone, now=NOW) == ()
    assert resend(there, now=NOW) == ()


@given(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=30))
def test_a_letter_says_its_end_once_whatever_happens_to_it(outcomes: list[Outcome]) -> None:
    found, said = delivery(), []
    for outcome in outcomes:
        if found.status == "waiting":
            found = folded(taken(found), begun(taken(found)))
        events = settled(found, outcome)
        found = folded(found, events)
        said += [event for event in events if isinstance(event, NotificationDelivered | NotificationFailed)]
    late = folded(found, expire(found, now=NOW + NEWS_LAST))

    assert late.status in {"delivered", "failed"}
    assert len(said) == (found.status != "waiting")
