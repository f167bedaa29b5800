"""Who is in the cohort, what the pupils answer, and how the end is told."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bilet_local.demo.invariants import Verdict
from bilet_local.demo.report import show_funnel, show_latencies, show_verdicts
from bilet_local.demo.season import acts_of, choose
from bilet_local.demo.stages import answers
from bilet_local.demo.waiting import Effect, Latencies
from bilet_local.errors import StackError
from bilet_local.importing.pack import Offer, Season
from tests.unit.demo.test_invited import PUPIL

OPENS = date(2026, 7, 7)
BOTH = frozenset({"online", "in-person"})
OFFER: Offer = {grade: BOTH if grade in (8, 9) else frozenset({"online"}) for grade in range(6, 12)}
INVITED = [
    replace(PUPIL, number=number, grade=6 + number % 6, birth_date=date(2014 - number % 6, 3, 1))
    for number in range(1, 61)
]
PAPER = {
    "instruments": [
        {
            "kind": kind,
            "items": [{"item": f"{kind}{n}", "options": [{"value": v} for v in (1, 2, 3, 4)]} for n in range(40)],
        }
        for kind in ("questionnaire", "quiz")
    ]
}


@given(st.integers(min_value=1, max_value=60), st.integers(min_value=0, max_value=50))
def test_a_cohort_has_as_many_different_pupils_as_asked_for_and_is_drawn_by_the_seed(number: int, seed: int) -> None:
    chosen = choose(INVITED, number, seed, OPENS, OFFER)

    assert len({one.number for one in chosen}) == len(chosen) == number
    assert chosen == choose(INVITED, number, seed, OPENS, OFFER)


@given(st.integers(min_value=0, max_value=50))
def test_the_story_is_about_a_pupil_who_has_to_consent_and_is_not_of_age_soon_and_can_book_both_formats(
    seed: int,
) -> None:
    hero = choose(INVITED, None, seed, OPENS, OFFER)[0]

    assert hero.grade in (8, 9)
    assert 14 <= hero.age_on(OPENS) < 17


def test_a_region_without_such_a_pupil_tells_another_story() -> None:
    children = [replace(one, birth_date=date(2015, 3, 1)) for one in INVITED]

    assert choose(children, 1, 1, OPENS, {})[0] in children


def test_a_pack_that_invites_nobody_is_refused_with_the_reason() -> None:
    with pytest.raises(StackError, match="не приглашён"):
        choose([], None, 1, OPENS, OFFER)


def _season(*days: date) -> Season:
    registration, diagnostics, booking, until = days
    return Season(
        registration_from=registration,
        diagnostics_from=diagnostics,
        booking_from=booking,
        try_outs_until=until,
        max_bookings=2,
        max_in_person=1,
    )


@given(
    st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(15, 250),
)
def test_the_acts_follow_one_another_within_any_season(opens: date, diagnostics: int, booking: int, rest: int) -> None:
    begins = opens + timedelta(days=diagnostics)
    books = begins + timedelta(days=booking)
    season = _season(opens, begins, books, books + timedelta(days=rest))

    acts = acts_of(season)

    days = [day for day, _ in (acts.join, acts.stages, acts.book, acts.settle, *acts.try_outs)]
    assert days == sorted(set(days))
    assert acts.join[0] >= season.registration_from
    assert acts.stages[0] >= season.diagnostics_from
    assert acts.book[0] >= season.booking_from
    assert days[-1] == season.try_outs_until


def test_a_season_too_short_for_the_demo_is_refused_with_the_reason() -> None:
    day = date(2026, 9, 1)

    with pytest.raises(StackError, match="слишком короткий"):
        acts_of(_season(day, day, day, day + timedelta(days=5)))


def test_everybody_is_everybody() -> None:
    assert {one.number for one in choose(INVITED, None, 1, OPENS, OFFER)} == {one.number for one in INVITED}


@given(st.integers())
def test_answers_are_options_of_their_items_given_without_haste(seed: int) -> None:
    given_ = answers(PAPER, Random(seed), now=datetime(2026, 7, 9, tzinfo=UTC))
    moments = [datetime.fromisoformat(one["answered_at"]) for one in given_]

    assert len({one["item"] for one in given_}) == len(given_) > 60
    assert {one["value"] for one in given_} <= {1, 2, 3, 4}
    assert moments == sorted(moments)
    assert max(moments) <= datetime(2026, 7, 9, tzinfo=UTC)
    assert min(later - sooner for sooner, later in pairwise(moments)).total_seconds() > 1


def _console() -> Console:
    return Console(file=io.StringIO(), width=100)


def _text(console: Console) -> str:
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_a_broken_promise_is_told_with_its_places_and_fails_the_demo() -> None:
    console = _console()

    good = show_verdicts(console, [Verdict("Мест хватает", "2 сеанса", ()), Verdict("Квота", "1", ("участник [x]",))])

    assert not good
    assert "✔ Мест хватает (2 сеанса)" in _text(console)
    assert "✘ Квота: нарушено, 1 (1)\n    участник [x]" in _text(console)


def test_what_is_late_is_not_called_lost_and_fails_the_demo_all_the_same() -> None:
    console = _console()

    good = show_verdicts(console, [Verdict("Письма", "9 писем", (), ("факт 1 ждёт",))])

    assert not good
    assert "… Письма: ещё в пути, 1 (9 писем)\n    факт 1 ждёт" in _text(console)
    assert "Ничего не потеряно" in _text(console)
    assert "✘" not in _text(console)


def test_where_something_is_lost_nobody_says_that_nothing_is() -> None:
    console = _console()

    show_verdicts(console, [Verdict("Письма", "9 писем", ("факт 2",), ("факт 1 ждёт",))])

    assert "✘ Письма: нарушено, 1" in _text(console)
    assert "Ничего не потеряно" not in _text(console)


def test_a_kept_promise_passes() -> None:
    assert show_verdicts(_console(), [Verdict("Мест хватает", "2 сеанса", ())])


def test_the_funnel_begins_with_the_invited_and_measures_by_accounts() -> None:
    console = _console()
    names = ("stage_1", "stage_2", "stage_3", "booked", "approved", "attended", "recommended")

    show_funnel(console, {"invited": 3533, "registered": 200, "active": 100, **dict.fromkeys(names, 50)})

    assert "приглашены школами" in _text(console)
    assert "50%" in _text(console)
    assert "25%" in _text(console)


def test_times_are_told_in_milliseconds() -> None:
    console, latencies = _console(), Latencies()
    for seconds in (0.010, 0.020, 0.030):
        latencies.note(Effect.UNLOCKED, seconds)

    show_latencies(console, latencies)

    assert _text(console).splitlines()[1].split()[-4:] == ["3", "20", "30", "30"]
