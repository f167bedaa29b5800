"""A family's plan follows from the seed, is possible, and the shares of behaviours are those that are written down."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_local.demo.plan import (
    ATTENDANCE_SHARES,
    PROCESSING,
    SHARES,
    STAGES,
    STAGES_SHARES,
    STORY,
    TAKEN_BACK_SHARES,
    TRANSFER,
    VERDICT_SHARES,
    WISHES_SHARES,
    Format,
    Joining,
    Plan,
    plan_for,
)

_MANY = 20_000
_NEAR = 0.015
seeds = st.integers(min_value=0, max_value=10_000)
pupils = st.integers(min_value=1, max_value=4_000).map(str)
ages = st.integers(min_value=11, max_value=19)


@given(seeds, pupils)
def test_the_same_seed_and_pupil_have_the_same_plan(seed: int, pupil: str) -> None:
    assert plan_for(seed, pupil) == plan_for(seed, pupil)


@given(seeds, pupils)
def test_nobody_wishes_for_more_than_the_quota_allows(seed: int, pupil: str) -> None:
    formats = [wish.format for wish in plan_for(seed, pupil).wishes]

    assert 1 <= len(formats) <= 2
    assert formats.count(Format.IN_PERSON) <= 1


limits = st.integers(min_value=1, max_value=4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(seeds, pupils, limits)
def test_within_a_season_nobody_wishes_beyond_its_limits_and_who_overreaches_has_one_to_break(
    seed: int, pupil: str, limits: tuple[int, int]
) -> None:
    plan = plan_for(seed, pupil).within(*limits)
    in_person = [wish.format for wish in plan.wishes].count(Format.IN_PERSON)
    reached = {
        "quota-exhausted": len(plan.wishes) == limits[0],
        "in-person-quota-exhausted": in_person == limits[1] and len(plan.wishes) < limits[0],
        "": len(plan.wishes) < limits[0] and in_person < limits[1],
    }

    assert len(plan.wishes) <= limits[0]
    assert in_person <= limits[1]
    assert reached[plan.refusal_beyond_quota]
    assert not plan.overreaches or plan.refusal_beyond_quota


@given(seeds, pupils, ages)
def test_only_the_active_take_stages_and_only_who_took_all_may_book(seed: int, pupil: str, age: int) -> None:
    plan = plan_for(seed, pupil)

    assert plan.becomes_active(age) or plan.stages_at(age) == 0
    assert not plan.may_book(age) or (plan.stages_at(age) == STAGES and TRANSFER in plan.purposes(age))


@given(seeds, pupils)
def test_from_fourteen_both_have_to_agree_and_at_eighteen_the_pupil_alone(seed: int, pupil: str) -> None:
    plan = plan_for(seed, pupil)

    assert plan.purposes(13) == plan.guardian_purposes
    assert plan.purposes(14) == plan.guardian_purposes & plan.own_purposes
    assert plan.purposes(18) == plan.own_purposes


def test_the_story_has_everything_in_it() -> None:
    assert STORY.may_book(15)
    assert STORY.hurries
    assert STORY.overreaches
    assert {wish.verdict for wish in STORY.wishes} == {"approval", "silence"}


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [plan_for(1, str(number)) for number in range(_MANY)]


def test_the_shares_of_behaviours_are_the_written_ones(plans: list[Plan]) -> None:
    wishes = [wish for plan in plans for wish in plan.wishes]
    drawn: list[tuple[Mapping[Any, float], Counter[Any], int]] = [
        (STAGES_SHARES, Counter(plan.stages for plan in plans), len(plans)),
        (TAKEN_BACK_SHARES, Counter(plan.taken_back for plan in plans), len(plans)),
        (WISHES_SHARES, Counter(tuple(wish.format for wish in plan.wishes) for plan in plans), len(plans)),
        (VERDICT_SHARES, Counter(wish.verdict for wish in wishes), len(wishes)),
        (ATTENDANCE_SHARES, Counter(wish.attendance for wish in wishes), len(wishes)),
    ]

    for shares, counted, whole in drawn:
        assert {one: count / whole for one, count in counted.items()} == pytest.approx(shares, abs=_NEAR)


def test_every_yes_or_no_happens_as_often_as_written(plans: list[Plan]) -> None:
    counted = {
        "joins by ESIA's list": sum(plan.joining is Joining.ESIA_LIST for plan in plans),
        "guardian stays silent": sum(not plan.guardian_purposes for plan in plans),
        "pupil from 14 withholds processing": sum(PROCESSING not in plan.own_purposes for plan in plans),
        "hurries": sum(plan.hurries for plan in plans),
        "asks again": sum(plan.asks_again for plan in plans),
    }

    for what, number in counted.items():
        assert number / len(plans) == pytest.approx(SHARES[what], abs=_NEAR), what


def test_all_written_shares_are_shares() -> None:
    for shares in (STAGES_SHARES, TAKEN_BACK_SHARES, WISHES_SHARES, VERDICT_SHARES, ATTENDANCE_SHARES):
        assert sum(shares.values()) == pytest.approx(1)
    assert all(0 < share < 1 for share in SHARES.values())
