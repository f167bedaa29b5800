"""Small examples that the tests of diagnostics share."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from bilet_diagnostics.domain.attempt import Answer, Attempt, begin, evolve, submit
from bilet_diagnostics.domain.events import AttemptStarted
from bilet_diagnostics.domain.instrument import GradeBand, Instrument, Item, Kind, Option, Scale
from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.paper import Paper
from bilet_diagnostics.domain.participation import Season, Student

NOW = datetime(2026, 7, 10, 9, tzinfo=UTC)
STUDENT_ID = UUID("11111111-1111-4111-8111-111111111111")
GUARDIAN_ID = UUID("22222222-2222-4222-8222-222222222222")
ATTEMPT_ID = UUID("33333333-3333-7333-8333-333333333333")
LIKERT = tuple(Option(value, f"вариант {value}") for value in range(1, 6))
EVERY_GRADE = GradeBand(6, 11)

STUDENT = Student(
    student_id=STUDENT_ID,
    region_code="63",
    status="active",
    grade=8,
    decides_alone=False,
    guardian_ids=(GUARDIAN_ID,),
    purposes=("processing",),
)
SEASON = Season(
    season_code="63-2026",
    region_code="63",
    diagnostics_from=datetime(2026, 7, 6, 20, tzinfo=UTC),
    closes=datetime(2026, 12, 30, 20, tzinfo=UTC),
)


def questionnaire(
    *,
    stage: int = 1,
    name: str = "care",
    items: int = 4,
    scale: Scale | None = None,
    reversed_items: tuple[int, ...] = (),
    contrary: tuple[tuple[str, str], ...] = (),
) -> Instrument:
    measured = scale or Scale(id=name, title=name)
    return Instrument(
        id=name,
        version=1,
        stage=stage,
        kind=Kind.QUESTIONNAIRE,
        title=name,
        instruction="Отметь",
        grades=EVERY_GRADE,
        minutes=1,
        source="own",
        licence="CC BY 4.0",
        translation="own items",
        response=LIKERT,
        scales=(measured,),
        items=tuple(
            Item(id=f"{name}{n}", text=f"Вопрос {n}", keys={measured.id: -1 if n in reversed_items else 1})
            for n in range(items)
        ),
        contrary=contrary,
    )


def quiz(*, name: str = "know", items: int = 3, scale: Scale | None = None) -> Instrument:
    measured = scale or Scale(id=name, title=name)
    options = (*(Option(value, f"ответ {value}") for value in range(1, 5)), Option(0, "Не знаю"))
    return replace(
        questionnaire(stage=3, name=name, scale=measured),
        kind=Kind.QUIZ,
        response=(),
        items=tuple(
            Item(
                id=f"{name}{n}",
                text=f"Вопрос {n}",
                keys={measured.id: 1},
                options=options,
                right=2,
                source="книга",
                rationale="потому что",
            )
            for n in range(items)
        ),
    )


def library() -> Library:
    return Library([questionnaire(stage=stage, name=f"stage{stage}x") for stage in (1, 2, 3)])


def started(paper: Paper | None = None, *, stage: int = 1, number: int = 1) -> Attempt:
    asked = paper or library().paper_for(stage, STUDENT.grade)
    return begin(
        AttemptStarted(
            attempt_id=ATTEMPT_ID,
            student_id=STUDENT_ID,
            region_code="63",
            season_code=SEASON.season_code,
            stage=stage,
            instruments=asked.refs,
            number=number,
            grade=STUDENT.grade,
            at=NOW,
        ),
        asked,
    )


def answered(attempt: Attempt, values: list[int | None], *, gap_ms: int = 4000) -> Attempt:
    return replace(
        attempt,
        answers=tuple(
            None if value is None else Answer(1_000_000 + place * gap_ms, place, value)
            for place, value in enumerate(values)
        ),
        revision=attempt.revision + 1,
    )


def submitted(stage: int, *, number: int = 1, at: datetime = NOW) -> Attempt:
    whole = answered(started(stage=stage, number=number), [4, 2, 5, 3])
    (event,) = submit(whole, season=SEASON, now=at)
    return evolve(whole, event)
