"""The route as a PDF: what stands in it, and what must not."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import cycle, islice
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from bilet_diagnostics.documents.route import route_document
from bilet_diagnostics.domain.attempt import Attempt, Status
from bilet_diagnostics.domain.events import Step
from bilet_diagnostics.domain.feedback import FieldFeedback, feedback_on
from bilet_diagnostics.domain.instrument import Audience
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.profile import Cell, HollandCode
from bilet_diagnostics.domain.recommendation import Recommendation
from bilet_diagnostics.domain.results import AttemptFeedback, Route
from bilet_diagnostics.domain.route import GOALS_AT_MOST, STEPS_AT_MOST, TEXT_AT_MOST, Plan, Recommended, TriedOut
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from tests.unit.diagnostics.examples import NOW, STUDENT_ID

A5_POINTS = (420, 595)
ISSUED = datetime(2026, 9, 12, 21, tzinfo=UTC)
EMPTY = Route(
    student_id=STUDENT_ID, grade=8, results=(), recommended=(), tried_out=(), plan=Plan(student_id=STUDENT_ID)
)
TRIED = TriedOut(
    booking_id=UUID(int=7),
    competency="web",
    title="Веб-технологии",
    field="Информационные технологии",
    try_out="Сверстай страницу",
    site_code="63-S01",
    format="in-person",
    starts_at=datetime(2026, 9, 11, 21, tzinfo=UTC),
    timezone="Europe/Samara",
    mentor_id=uuid4(),
    recommendation=Recommended(recommendation_id=uuid4(), issued_by_id=uuid4(), issued_at=ISSUED),
)


def read(route: Route) -> PdfReader:
    return PdfReader(BytesIO(route_document(route, NOW)))


def words(route: Route) -> str:
    """All text, with single blanks."""
    return " ".join(" ".join(page.extract_text() for page in read(route).pages).split())


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(packaged_folder())


def result(library: Library, stage: int) -> AttemptFeedback:
    paper = library.paper_for(stage, 8)
    values = list(islice(cycle((1, 3, 2, 4)), len(paper.items)))
    attempt = Attempt(
        attempt_id=uuid4(),
        student_id=STUDENT_ID,
        region_code="63",
        season_code="63-2026",
        stage=stage,
        number=1,
        grade=8,
        instruments=paper.refs,
        status=Status.SUBMITTED,
        started_at=NOW,
        submitted_at=NOW,
    )
    return AttemptFeedback(attempt, feedback_on(library, paper, score_paper(paper, values), 8))


def test_it_is_set_on_a5_in_russian_with_an_outline_and_a_title() -> None:
    document = read(EMPTY)
    box = document.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A5_POINTS
    assert str(document.root_object["/Lang"]) == "ru-RU"
    assert document.metadata is not None
    assert document.metadata.title == "Индивидуальный образовательный маршрут"
    assert [str(entry["/Title"]) for entry in document.outline if isinstance(entry, dict)] == [
        "Что я знаю о себе",
        "Что уже попробовано",
        "Мои цели",
        "Мои следующие шаги",
    ]


def test_it_has_a_line_for_the_name_and_no_id() -> None:
    document = route_document(replace(EMPTY, tried_out=(TRIED,)), NOW)
    shown = words(replace(EMPTY, tried_out=(TRIED,)))
    assert "Имя и фамилия" in shown
    for secret in (STUDENT_ID, TRIED.booking_id, TRIED.mentor_id):
        assert str(secret) not in shown
        assert str(secret).encode() not in document


def test_an_empty_route_says_what_will_come() -> None:
    shown = words(EMPTY)
    assert "Пока ни одной профпробы" in shown
    assert "когда будет пройден первый этап" in shown


def test_the_whole_route_stands_in_it(library: Library) -> None:
    route = replace(
        EMPTY,
        results=tuple(result(library, stage) for stage in (1, 2, 3)),
        recommended=(
            Recommendation(
                competency="web", title="Мехатроника", field="Производство", fit=0.5, reason="Здесь нужно исследовать."
            ),
        ),
        tried_out=(TRIED,),
        plan=Plan(student_id=STUDENT_ID, goals=("Стать инженером",), steps=(Step("Найти кружок", done=True),)),
    )
    shown = words(route)
    for expected in (
        "Этап 1. Как ты выбираешь профессию",
        "Этап 3. Какие сферы тебе интересны",
        "Мехатроника",
        "Здесь нужно исследовать.",
        "Веб-технологии",
        "Сверстай страницу",
        "Стать инженером",
        "Найти кружок",
        "Это подсказки",
    ):
        assert expected in shown


def test_days_are_those_of_the_site() -> None:
    shown = words(replace(EMPTY, tried_out=(TRIED,)))
    assert "12 сентября 2026 г. · очно" in shown
    assert "Рекомендация наставника от 13 сентября 2026 г." in shown
    odd = replace(TRIED, timezone="Europe/Nowhere")
    assert "12 сентября 2026 г." in words(replace(EMPTY, tried_out=(odd,)))


def test_what_is_the_pupils_alone_stays_out_of_a_paper_that_others_may_see(library: Library) -> None:
    second = result(library, 2)
    calm = next(one.title for one in second.feedback.scales if one.scale == "emotional-stability")
    shown = words(replace(EMPTY, results=(second,)))
    assert calm not in shown
    assert next(one.title for one in second.feedback.scales if one.scale != "emotional-stability") in shown


def test_no_single_answer_about_an_obstacle_stands_in_it(library: Library) -> None:
    first = result(library, 1)
    obstacles = [one.title for one in first.feedback.scales if one.items == 1]
    assert len(obstacles) == 5
    shown = words(replace(EMPTY, results=(first,)))
    assert not [title for title in obstacles if title in shown]


def test_an_obstacle_that_is_measured_and_not_only_asked_once_stands_apart(library: Library) -> None:
    first = result(library, 1)
    measured = tuple(replace(one, items=5, audience=Audience.EVERYONE) for one in first.feedback.scales)
    shown = words(replace(EMPTY, results=(replace(first, feedback=replace(first.feedback, scales=measured)),)))
    assert "Что пока мешает выбирать" in shown
    assert measured[-1].title in shown


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("SA(RI)", "помогать людям и объяснять; придумывать и создавать красивое; делать своими руками; исследовать"),
        ("C(RIASE)", "Сейчас ближе остального: наводить порядок и считать."),
        ("(RC)(IASE)", "Сейчас ближе остального: делать своими руками; наводить порядок и считать."),
    ],
)
def test_only_interests_stronger_than_others_are_named(library: Library, letters: str, said: str) -> None:
    third = result(library, 3)
    shown = words(
        replace(
            EMPTY,
            results=(replace(third, feedback=replace(third.feedback, code=HollandCode(letters, 0.5), summary="")),),
        )
    )
    assert said in shown


def test_three_questions_never_give_a_level(library: Library) -> None:
    third = result(library, 3)
    known = replace(
        third.feedback, fields=(FieldFeedback(field="ИТ", cell=Cell.INTERESTED_KNOWN, text="", items=2, questions=3),)
    )
    shown = words(replace(EMPTY, results=(replace(third, feedback=known),)))
    assert "Интересно, и уже кое-что знаю ИТ" in shown
    assert "много знаю" not in shown


def test_the_longest_plan_is_set_whole_and_within_the_page() -> None:
    goals = tuple("щ" * TEXT_AT_MOST for _ in range(GOALS_AT_MOST))
    steps = tuple(Step("ы " * (TEXT_AT_MOST // 2), done=number % 2 == 0) for number in range(STEPS_AT_MOST))
    shown = words(replace(EMPTY, plan=Plan(student_id=STUDENT_ID, goals=goals, steps=steps)))
    assert shown.count("щ") >= TEXT_AT_MOST * GOALS_AT_MOST
    assert shown.count("ы") >= TEXT_AT_MOST // 2 * STEPS_AT_MOST


def test_signs_that_the_face_lacks_are_left_out_without_a_word_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    plan = Plan(student_id=STUDENT_ID, goals=("Летать 🚀 далеко", "🚀🚀"), steps=(Step("中文"),))
    shown = words(replace(EMPTY, plan=plan))
    assert "Летать далеко" in shown
    assert "…" in shown
    assert caplog.records == []
