"""Birth dates as registers and spreadsheets write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.domain.birth_dates import OLDEST_PUPIL, YOUNGEST_PUPIL, age_on, parse_birth_date
from bilet_identity.domain.errors import InvalidBirthDate

TODAY = date(2026, 7, 7)
BORN = date(2010, 5, 28)
MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
PUPILS_BIRTHDAYS = st.dates(TODAY - timedelta(days=21 * 365), TODAY - timedelta(days=9 * 366))


def refusal(written: str) -> str:
    with pytest.raises(InvalidBirthDate) as refused:
        parse_birth_date(written, today=TODAY)
    return str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        "28.05.2010", "28.5.2010", " 28.05.2010 ", "28.05.10", "28.05.2010 г.", "28.05.2010 0:00:00",
        "28/05/2010", "28/05/10", "28-05-2010", "05/28/2010",
        "2010-05-28", "2010/05/28", "2010.05.28", "2010-05-28T00:00:00", "2010-05-28 00:00:00.000", "2010-05-28T00:00:00Z",
        "28 мая 2010 г.", "28 мая 2010 года", "28 Мая 2010", "28\u00a0мая\u00a02010\u00a0г.", "«28» мая 2010г.", "28 мая 10 г.",
        "40326", "40326.0", "40326,0",
    ],
)  # fmt: skip
def test_one_day_is_written_in_many_ways(written: str) -> None:
    assert parse_birth_date(written, today=TODAY) == BORN


@given(PUPILS_BIRTHDAYS)
def test_every_form_of_every_day_is_read_as_that_day(born: date) -> None:
    forms = [
        f"{born:%d.%m.%Y}",
        f"{born:%d.%m.%y}",
        born.isoformat(),
        f"{born.day} {MONTHS[born.month - 1]} {born.year} г.",
        str((born - date(1899, 12, 30)).days),
    ]
    if born.day > 12:
        forms += [f"{born:%d/%m/%Y}", f"{born:%d-%m-%y}", f"{born:%m/%d/%Y}"]

    assert {parse_birth_date(form, today=TODAY) for form in forms} == {born}


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(2026, 1, 1), date(2090, 1, 1)))
def test_two_digits_of_a_year_mean_the_century_of_a_pupil(born: date, today: date) -> None:
    try:
        read = parse_birth_date(f"{born:%d.%m.%y}", today=today)
    except InvalidBirthDate:
        return
    assert f"{read:%d.%m.%y}" == f"{born:%d.%m.%y}"
    assert YOUNGEST_PUPIL <= age_on(read, today) <= OLDEST_PUPIL


@pytest.mark.parametrize("written", ["05/06/2010", "06-05-2010", "1/2/10"])
def test_a_date_whose_day_could_be_the_month_is_refused_with_that_reason(written: str) -> None:
    assert "где день, а где месяц" in refusal(written)


def test_where_day_and_month_are_equal_nothing_is_ambiguous() -> None:
    assert parse_birth_date("05/05/2010", today=TODAY) == date(2010, 5, 5)


def test_a_time_of_day_could_be_another_day_elsewhere() -> None:
    assert "время суток" in refusal("2010-05-27T21:00:00Z")


@pytest.mark.parametrize("written", ["2012", "", "май 2010", "28.05", "2010-05", "28052010", "28.05.2010 28.05.2010"])
def test_half_a_date_is_not_a_date(written: str) -> None:
    assert refusal(written) == "Нужна полная дата: ДД.ММ.ГГГГ."


@pytest.mark.parametrize("written", ["31.02.2012", "12.13.2011", "30.02.10", "29 февраля 2011 г.", "13/13/2010"])
def test_a_day_that_the_calendar_does_not_have_is_refused(written: str) -> None:
    assert refusal(written) == "Такой даты нет в календаре."


@pytest.mark.parametrize("written", ["01.01.1900", "28.05.99", "28.05.25", "12345", "60000"])
def test_a_day_on_which_no_pupil_was_born_is_refused(written: str) -> None:
    assert refusal(written) == "Дата рождения не подходит обучающемуся 6–11 класса."
