"""Which competencies are recommended, and in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.recommendation import LETTERS, Competency, pearson, recommend, weights_of

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


def test_pearson_of_equal_and_of_opposite_profiles() -> None:
    assert pearson([3, 2, 1, 0], [6, 4, 2, 0]) == 1
    assert pearson([3, 2, 1, 0], [0, 1, 2, 3]) == -1


def test_pearson_of_a_known_example() -> None:
    assert pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)


def test_without_variance_there_is_no_correlation() -> None:
    assert pearson([2, 2, 2], [1, 2, 3]) is None
    assert pearson([1, 2, 3], [0, 0, 0]) is None


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
        pearson(profile, weights_of(one.riasec)) or 0.0
        for one in offer
        if one.competency not in best and one.grade_from <= grade <= one.grade_to
    ]
    assert min(one.fit or 0.0 for one in made[:4]) >= max(others, default=-1.0)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6), CODES)
def test_a_fit_is_a_correlation(shares: list[float], code: str) -> None:
    fit = pearson(shares, weights_of(code))
    assert fit is None or -1 <= fit <= 1
