"""Which competencies are recommended, in which order, and why."""

from collections.abc import Sequence
from statistics import correlation, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.recommendation import (
    ACTIVITIES,
    LETTERS,
    Competency,
    centred,
    centred_code,
    for_others,
    pearson,
    recommend,
    weights_of,
)

FIELDS = ("Стройка", "Дизайн", "ИТ", "Транспорт", "Услуги", "Образование")


def competency(slug: str, riasec: str, field: str = "ИТ", grades: tuple[int, int] = (6, 11)) -> Competency:
    return Competency(competency=slug, title=slug, field=field, riasec=riasec, grade_from=grades[0], grade_to=grades[1])


OFFER = (
    competency("welding", "RCI", "Стройка"),
    competency("bricks", "RCI", "Стройка"),
    competency("robots", "RIC", "Стройка"),
    competency("cad", "RIA", "Стройка"),
    competency("cars", "RIC", "Стройка"),
    competency("web", "IAC", "ИТ"),
    competency("design", "AIE", "Дизайн"),
    competency("hotel", "CES", "Услуги"),
    competency("kids", "SAE", "Образование", (8, 11)),
)
PRACTICAL = dict(zip(LETTERS, (1.0, 0.6, 0.1, 0.0, 0.1, 0.5), strict=True))

SHARES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=6, max_size=6).map(
    lambda shares: dict(zip(LETTERS, shares, strict=True))
)
CODES = st.permutations(LETTERS).map(lambda letters: "".join(letters[:3]))
OFFERS = st.lists(
    st.builds(
        competency,
        st.text("abcdefgh", min_size=1, max_size=4),
        CODES,
        st.sampled_from(FIELDS),
        st.sampled_from([(6, 11), (8, 9), (10, 11)]),
    ),
    max_size=25,
    unique_by=lambda one: one.competency,
)


def test_a_code_weighs_its_letters_3_2_1() -> None:
    assert weights_of("RIC") == (3, 2, 0, 0, 0, 1)
    assert weights_of("SAE") == (0, 0, 2, 3, 1, 0)


def fit(left: Sequence[float], right: Sequence[float]) -> float | None:
    return pearson(centred(left), centred(right))


def test_pearson_of_equal_and_of_opposite_profiles() -> None:
    assert fit([3, 2, 1, 0], [6, 4, 2, 0]) == 1
    assert fit([3, 2, 1, 0], [0, 1, 2, 3]) == -1


def test_pearson_of_a_known_example() -> None:
    assert fit([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)


def test_without_variance_there_is_no_correlation() -> None:
    assert fit([2, 2, 2], [1, 2, 3]) is None
    assert fit([1, 2, 3], [0, 0, 0]) is None


def test_a_correlation_that_rounds_to_nothing_is_a_plain_zero() -> None:
    assert str(fit([0, 0, 1, 1], [0, 1, 0, 1])) == "0.0"
    assert str(fit([0, 0, 1, 1], [0, 1, 0, 0.99999])) == "0.0"


def test_the_best_fit_comes_first_and_equal_fit_is_ordered_by_slug() -> None:
    made = recommend(PRACTICAL, {}, OFFER, 9)
    assert [one.competency for one in made[:2]] == ["cars", "robots"]
    assert made[0].fit == made[1].fit


def test_equal_fit_is_ordered_by_the_interest_in_the_field_before_the_slug() -> None:
    offer = (competency("a", "RIC", "ИТ"), competency("b", "RIC", "Дизайн"))
    assert [one.competency for one in recommend(PRACTICAL, {"Дизайн": 0.9, "ИТ": 0.1}, offer, 9)] == ["b", "a"]


def test_the_fifth_is_the_best_of_a_field_that_the_four_leave_out() -> None:
    made = recommend(PRACTICAL, {}, OFFER, 9)
    assert [one.field for one in made[:4]] == ["Стройка"] * 4
    assert made[4].competency == "web"
    assert made[4].reason.startswith("Неожиданный вариант")


def test_every_recommendation_says_why_in_a_sentence() -> None:
    assert all(one.reason.endswith(".") for one in recommend(PRACTICAL, {}, OFFER, 9))
    assert "делать своими руками" in recommend(PRACTICAL, {}, OFFER, 9)[0].reason


def test_only_what_the_grade_can_book_is_recommended() -> None:
    sociable = dict(zip(LETTERS, (0.0, 0.1, 0.6, 1.0, 0.5, 0.1), strict=True))
    assert "kids" in {one.competency for one in recommend(sociable, {}, OFFER, 8)}
    assert "kids" not in {one.competency for one in recommend(sociable, {}, OFFER, 7)}


@pytest.mark.parametrize("interests", [None, dict.fromkeys(LETTERS, 0.5)])
def test_without_a_profile_one_of_each_field_comes_best_liked_field_first(interests: dict[str, float] | None) -> None:
    made = recommend(interests, {"Услуги": 0.9, "ИТ": 0.4}, OFFER, 9)
    assert [one.field for one in made] == ["Услуги", "ИТ", "Дизайн", "Образование", "Стройка"]
    assert {one.fit for one in made} == {None}
    assert made[-1].competency == "bricks"


def test_where_nothing_is_offered_nothing_is_recommended() -> None:
    assert recommend(PRACTICAL, {}, (), 9) == ()
    assert recommend(None, {}, (), 9) == ()


@given(SHARES, OFFERS, st.integers(6, 11), st.randoms(use_true_random=False))
def test_the_order_of_the_offer_does_not_matter(
    interests: dict[str, float], offer: list[Competency], grade: int, random: object
) -> None:
    shuffled = list(offer)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert recommend(interests, {}, offer, grade) == recommend(interests, {}, shuffled, grade)


@given(SHARES, OFFERS, st.integers(6, 11))
def test_at_most_five_all_different_and_all_for_the_grade(
    interests: dict[str, float], offer: list[Competency], grade: int
) -> None:
    made = recommend(interests, {}, offer, grade)
    open_to = {one.competency for one in offer if one.grade_from <= grade <= one.grade_to}
    chosen = {one.competency for one in made}
    assert len(chosen) == len(made) <= 5
    assert chosen <= open_to


@given(SHARES, OFFERS, st.integers(6, 11))
def test_the_first_four_fit_at_least_as_well_as_all_others(
    interests: dict[str, float], offer: list[Competency], grade: int
) -> None:
    made = recommend(interests, {}, offer, grade)
    if not made or made[0].fit is None:
        return
    profile = [interests[letter] for letter in LETTERS]
    best = {one.competency for one in made[:4]}
    others = [
        fit(profile, weights_of(one.riasec)) or 0.0
        for one in offer
        if one.competency not in best and one.grade_from <= grade <= one.grade_to
    ]
    assert min(one.fit or 0.0 for one in made[:4]) >= max(others, default=-1.0)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6), CODES)
def test_a_fit_is_a_correlation(shares: list[float], code: str) -> None:
    made = pearson(centred(shares), centred_code(code))
    assert made is None or -1 <= made <= 1


@given(SHARES, CODES)
def test_a_fit_is_the_correlation_of_the_standard_library(shares: dict[str, float], code: str) -> None:
    profile = [shares[letter] for letter in LETTERS]
    made = pearson(centred(profile), centred_code(code))
    if len(set(profile)) == 1:
        assert made is None
    else:
        assert made == pytest.approx(correlation(profile, weights_of(code)), abs=0.5001e-4)


def liked_in(reason: str) -> set[str]:
    return {letter for letter, activity in ACTIVITIES.items() if activity in reason}


@given(SHARES, OFFERS, st.integers(6, 11))
def test_nothing_is_called_liked_that_the_pupil_did_not_like(
    interests: dict[str, float], offer: list[Competency], grade: int
) -> None:
    mean = fmean(interests.values())
    code_of = {one.competency: one.riasec for one in offer}
    for one in recommend(interests, {}, offer, grade):
        named = liked_in(one.reason)
        assert named <= set(code_of[one.competency])
        assert all(interests[letter] > mean for letter in named)
        assert "нравится" not in one.reason or all(interests[letter] > 0.5 for letter in named)
        assert one.fit is None or one.fit > 0 or not named


@given(SHARES, OFFERS, st.integers(6, 11))
def test_what_fits_names_something_and_what_does_not_says_so(
    interests: dict[str, float], offer: list[Competency], grade: int
) -> None:
    for one in recommend(interests, {}, offer, grade):
        if one.fit is not None and one.fit <= 0:
            assert "интересы пока про другое" in one.reason
        elif one.fit is not None and not one.reason.startswith("Неожиданный вариант"):
            assert liked_in(one.reason)


def test_weak_interests_get_softer_words() -> None:
    weak = {letter: share / 2 for letter, share in PRACTICAL.items()}
    assert recommend(weak, {}, OFFER, 9)[0].reason == (
        "Здесь нужно то, что тебе сейчас немного ближе остального: делать своими руками, исследовать и разбираться, "
        "наводить порядок и считать."
    )


def test_only_what_is_above_the_middle_is_named_where_something_is() -> None:
    assert recommend(PRACTICAL, {}, OFFER, 9)[0].reason == (
        "Здесь нужно то, что тебе нравится: делать своими руками, исследовать и разбираться."
    )


def test_a_surprise_that_does_not_fit_is_not_said_to_fit() -> None:
    offer = [*(competency(f"a{n}", "RIC", "Стройка") for n in range(4)), competency("kids", "SAE", "Образование")]
    last = recommend(PRACTICAL, {}, offer, 9)[-1]
    assert last.fit is not None
    assert last.fit < 0
    assert last.reason == (
        "Неожиданный вариант: твои интересы пока про другое, а сфера «Образование» покажет что-то новое."
    )


def test_too_few_answers_are_not_called_even_interests() -> None:
    assert all("Ответов об интересах пока мало" in one.reason for one in recommend(None, {}, OFFER, 9))
    even = recommend(dict.fromkeys(LETTERS, 0.5), {}, OFFER, 9)
    assert all("Интересы пока ровные" in one.reason for one in even)


def test_others_see_fits_in_tenths_and_no_order_among_equals() -> None:
    made = recommend(PRACTICAL, {"ИТ": 1.0}, OFFER, 8)
    shown = for_others(made)

    fits = {one.competency: one.fit for one in made}
    assert {one.competency: one.fit for one in shown} == {slug: fit and round(fit, 1) for slug, fit in fits.items()}
    assert [(-(one.fit or 0.0), one.competency) for one in shown] == sorted(
        (-(one.fit or 0.0), one.competency) for one in shown
    )


def test_without_fits_the_order_tells_others_nothing_of_the_fields() -> None:
    liked, unliked = (for_others(recommend(None, {field: 1.0}, OFFER, 8)) for field in ("ИТ", "Услуги"))

    assert [one.competency for one in liked] == sorted(one.competency for one in liked)
    assert {one.fit for one in (*liked, *unliked)} == {None}
