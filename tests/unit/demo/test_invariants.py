"""The checker is green on a good season and red on every kind of bad one."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from bilet_local.demo import invariants
from bilet_local.demo.evidence import Evidence, SlotRow
from bilet_local.demo.integrator import Heard
from bilet_local.demo.invariants import Verdict
from tests.unit.demo.evidence import (
    APPROVED,
    COMPLETED,
    DELIVERIES,
    GOOD,
    GUARDIAN,
    MENTOR,
    OF_BOOKING,
    PUPIL,
    RECORDS,
    REQUESTED,
    SLOT,
    STAGES,
    STATE,
    another_booking,
    heard,
    streams,
    told,
)

Check = Callable[[Evidence], Verdict]


def test_a_good_season_keeps_every_promise() -> None:
    assert [verdict for verdict in invariants.judge(GOOD, []) if not verdict.holds] == []


def test_a_surprise_breaks_the_promise_about_answers() -> None:
    broken = [verdict for verdict in invariants.judge(GOOD, ["участник 1: 500"]) if not verdict.holds]

    assert [verdict.broken for verdict in broken] == [("участник 1: 500",)]


_BAD = {
    "a seat too many": (
        invariants.seats,
        replace(GOOD, bookings=[*GOOD.bookings, another_booking()], slots=[SlotRow(SLOT, "x", 1, 2)]),
    ),
    "a seat counter that lies": (invariants.seats, replace(GOOD, slots=[SlotRow(SLOT, "x", 5, 3)])),
    "a booking of an unknown slot": (
        invariants.seats,
        replace(GOOD, bookings=[*GOOD.bookings, another_booking(slot_id=uuid4())]),
    ),
    "two try-outs in person": (
        invariants.quota,
        replace(
            GOOD,
            bookings=[*GOOD.bookings, another_booking()],
            quotas=[replace(GOOD.quotas[0], booked=2, in_person=2)],
        ),
    ),
    "a quota counter that lies": (invariants.quota, replace(GOOD, quotas=[replace(GOOD.quotas[0], booked=2)])),
    "bookings without a quota": (invariants.quota, replace(GOOD, quotas=[])),
    "booked before the third stage": (
        invariants.third_stage,
        replace(GOOD, streams=streams(STATE, *STAGES, replace(COMPLETED, produced_at=11), REQUESTED, APPROVED)),
    ),
    "booked without diagnostics": (invariants.third_stage, replace(GOOD, streams=streams(STATE, REQUESTED))),
    "booked after two stages only": (
        invariants.third_stage,
        replace(GOOD, streams=streams(STATE, *STAGES[:2], COMPLETED, REQUESTED)),
    ),
    "a booking that no event tells of": (invariants.third_stage, replace(GOOD, streams=streams(STATE, *STAGES))),
    "a second row for one recipient": (
        invariants.deliveries,
        replace(GOOD, deliveries=[*DELIVERIES, told(APPROVED, PUPIL)]),
    ),
    "a recipient who was not told": (invariants.deliveries, replace(GOOD, deliveries=DELIVERIES[1:])),
    "a stranger who was told": (
        invariants.deliveries,
        replace(GOOD, deliveries=[*DELIVERIES, told(APPROVED, uuid4(), "email")]),
    ),
    "a lost record": (
        invariants.numbers,
        replace(GOOD, streams=streams(*(record for record in RECORDS if record is not STAGES[1]))),
    ),
    "a lost last record": (
        invariants.numbers,
        replace(GOOD, streams=streams(*(record for record in RECORDS if record is not APPROVED))),
    ),
    "a record that its producer knows nothing of": (
        invariants.numbers,
        replace(GOOD, numbers=GOOD.numbers | {(APPROVED.topic, APPROVED.key): 1}),
    ),
    "a silent key": (invariants.numbers, replace(GOOD, streams=streams(*RECORDS[1:]))),
    "first records out of order": (
        invariants.numbers,
        replace(GOOD, streams=streams(STATE, STAGES[1], STAGES[0], STAGES[2], COMPLETED, REQUESTED, APPROVED)),
    ),
    "one number for two events": (
        invariants.numbers,
        replace(GOOD, streams=streams(*RECORDS, replace(APPROVED, event_id=uuid4()))),
    ),
    "a record that is neither in the outbox nor in Kafka": (
        invariants.numbers,
        replace(GOOD, streams=streams(*RECORDS[:-2]), unsent={(APPROVED.topic, APPROVED.key): 1}),
    ),
    "something parked": (invariants.nothing_left, replace(GOOD, parked={"booking": 1})),
}


@pytest.mark.parametrize("what", _BAD)
def test_the_checker_turns_red_for(what: str) -> None:
    check: Check
    check, evidence = _BAD[what]

    assert check(GOOD).holds
    assert check(evidence).broken


_LATE = {
    "an e-mail that waits": (
        invariants.deliveries,
        replace(GOOD, deliveries=[*DELIVERIES, replace(told(APPROVED, GUARDIAN, "email"), status="waiting")]),
    ),
    "a notice that waits for its pupil": (
        invariants.deliveries,
        replace(
            GOOD,
            deliveries=[row for row in DELIVERIES if row.fact_id != STAGES[0].fact_id],
            waiting_notices=frozenset({STAGES[0].fact_id}),
        ),
    ),
    "a last record that is still in the outbox": (
        invariants.numbers,
        replace(GOOD, streams=streams(*RECORDS[:-1]), unsent={(APPROVED.topic, APPROVED.key): 1}),
    ),
    "a key that is still in the outbox": (
        invariants.numbers,
        replace(GOOD, streams=streams(*RECORDS[1:]), unsent={(STATE.topic, STATE.key): 1}),
    ),
    "an outbox that is not empty": (
        invariants.nothing_left,
        replace(GOOD, unsent={(APPROVED.topic, APPROVED.key): 1}),
    ),
    "a booking whose event is still in the outbox": (
        invariants.third_stage,
        replace(GOOD, streams=streams(STATE, *STAGES, COMPLETED), unsent={(REQUESTED.topic, REQUESTED.key): 2}),
    ),
}


@pytest.mark.parametrize("what", _LATE)
def test_what_is_seen_under_way_is_late_and_not_lost(what: str) -> None:
    check: Check
    check, evidence = _LATE[what]

    assert check(evidence).broken == ()
    assert check(evidence).late
    assert not check(evidence).holds


def test_what_is_under_way_still_arrives_in_order_and_once() -> None:
    twice = replace(GOOD, streams=streams(*RECORDS, replace(APPROVED, event_id=uuid4())), unsent={("x", "y"): 1})

    assert invariants.numbers(twice).broken


def test_a_repeated_record_is_no_fault() -> None:
    again = replace(GOOD, streams=streams(*RECORDS, STAGES[0], APPROVED))

    assert invariants.numbers(again).holds


def test_an_excused_absence_gives_the_quota_back_and_keeps_the_seat() -> None:
    excused = replace(
        GOOD,
        bookings=[replace(GOOD.bookings[0], status="no-show", attendance="excused")],
        quotas=[replace(GOOD.quotas[0], booked=0, in_person=0)],
    )

    assert invariants.quota(excused).holds
    assert invariants.seats(excused).holds


@pytest.mark.parametrize("status", ["declined", "expired", "cancelled"])
def test_a_booking_given_up_holds_neither_seat_nor_quota(status: str) -> None:
    given_up = replace(GOOD, bookings=[replace(GOOD.bookings[0], status=status)])

    assert not invariants.seats(given_up).holds
    assert not invariants.quota(given_up).holds


def test_a_guardian_of_a_pupil_who_came_of_age_may_or_may_not_have_been_told() -> None:
    grown_up = heard("identity.student-changed.v1", 2, guardian_ids=[])
    with_guardian = replace(GOOD, streams=streams(STATE, grown_up, *STAGES, COMPLETED, REQUESTED, APPROVED))
    without = replace(with_guardian, deliveries=[row for row in DELIVERIES if row.recipient_id != GUARDIAN])

    assert invariants.deliveries(with_guardian).holds
    assert invariants.deliveries(without).holds


def test_the_last_stage_is_told_by_the_completion_and_a_retake_by_itself() -> None:
    retaken = heard("diagnostics.stage-completed.v1", 5, at=5, stage=3)
    again = replace(GOOD, streams=streams(*RECORDS, retaken))

    assert not invariants.deliveries(replace(GOOD, deliveries=[*DELIVERIES, told(STAGES[2], PUPIL)])).holds
    assert not invariants.deliveries(again).holds
    assert invariants.deliveries(replace(again, deliveries=[*DELIVERIES, told(retaken, PUPIL)])).holds


@pytest.mark.parametrize(("approved", "mentor_is_told"), [((APPROVED,), True), ((), False)])
def test_a_mentor_hears_of_a_cancellation_only_after_an_approval(
    *, approved: tuple[Heard, ...], mentor_is_told: bool
) -> None:
    cancelled = heard("booking.booking-cancelled.v1", 3, at=12, **OF_BOOKING)
    rows = [row for row in DELIVERIES if approved or row.fact_id != APPROVED.fact_id]
    rows += [told(cancelled, PUPIL), told(cancelled, GUARDIAN)]
    found = replace(GOOD, streams=streams(STATE, *STAGES, COMPLETED, REQUESTED, *approved, cancelled))

    with_mentor = replace(found, deliveries=[*rows, told(cancelled, MENTOR)])
    without = replace(found, deliveries=rows)

    assert invariants.deliveries(with_mentor).holds is mentor_is_told
    assert invariants.deliveries(without).holds is not mentor_is_told


def test_a_request_for_consent_is_no_stranger_to_a_guardian() -> None:
    asked = replace(told(APPROVED, GUARDIAN), fact_id=uuid4())
    by_mail = replace(asked, channel="email")
    twice = replace(asked, fact_id=uuid4())

    assert invariants.deliveries(replace(GOOD, deliveries=[*DELIVERIES, asked, by_mail])).holds
    assert not invariants.deliveries(replace(GOOD, deliveries=[*DELIVERIES, asked, twice])).holds
    assert not invariants.deliveries(replace(GOOD, deliveries=[*DELIVERIES, replace(asked, recipient_id=PUPIL)])).holds
