"""A pupil's route as a document to keep, print and show: no name in it, and nothing that is for the pupil alone."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bilet_diagnostics.documents.sheet import QUIET, Sheet
from bilet_diagnostics.domain.feedback import Feedback, for_others
from bilet_diagnostics.domain.instrument import Role
from bilet_diagnostics.domain.profile import Cell, HollandCode
from bilet_diagnostics.domain.recommendation import ACTIVITIES, NOTHING_IS_EXCLUDED, Recommendation
from bilet_diagnostics.domain.results import Route
from bilet_diagnostics.domain.route import LATER, Plan, TriedOut

TITLE = "Индивидуальный образовательный маршрут"
MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
STAGE_TITLES = {
    1: "Как ты выбираешь профессию",
    2: "Какой ты",
    3: "Какие сферы тебе интересны",
}
FORMATS = {"online": "онлайн", "in-person": "очно"}
BLANK_LINES = 3
_MOSCOW = ZoneInfo("Europe/Moscow")


def route_document(route: Route, made_at: datetime) -> bytes:
    """Write the route as a PDF.

    It may be shown to anybody, so also when the pupil asks it tells no more than others may see: see `for_others`.
    """
    sheet = Sheet(TITLE, made_at)
    sheet.title_line(TITLE)
    sheet.remark(f"Билет в будущее · {route.grade} класс · составлен {_day(made_at.astimezone(_MOSCOW))}")
    sheet.line_to_write_on("Имя и фамилия")
    sheet.remark(LATER)
    _set_profile(sheet, [for_others(one.feedback) for one in route.results])
    _set_recommended(sheet, route.recommended)
    _set_tried_out(sheet, route.tried_out)
    _set_plan(sheet, route.plan)
    return bytes(sheet.output())


def _set_profile(sheet: Sheet, results: list[Feedback]) -> None:
    sheet.heading("Что я знаю о себе")
    if not results:
        sheet.paragraph("Здесь появятся выводы, когда будет пройден первый этап диагностики.")
    for said in results:
        sheet.subheading(f"Этап {said.stage}. {STAGE_TITLES[said.stage]}")
        if said.strengths:
            sheet.paragraph(f"Сильные стороны: {'; '.join(said.strengths)}.")
        if said.code:
            sheet.paragraph(said.summary or _about_interests(said.code))
        _set_scales(sheet, said)
        _set_fields(sheet, said)
    if results:
        sheet.remark(
            "Полоски — собственные ответы по третям шкалы: короткая, средняя, длинная. Это не оценки и не сравнение."
        )


def _set_scales(sheet: Sheet, said: Feedback) -> None:
    for scale in said.scales:
        if scale.role is Role.STRENGTH:
            sheet.bar(scale.title, scale.place)
    obstacles = [scale for scale in said.scales if scale.role is Role.OBSTACLE]
    if obstacles:
        sheet.remark("Что пока мешает выбирать, и с чем можно помочь:")
    for scale in obstacles:
        sheet.bar(scale.title, scale.place, QUIET)


def _set_fields(sheet: Sheet, said: Feedback) -> None:
    to_try = [one.field for one in said.fields if one.cell is Cell.INTERESTED_UNKNOWN]
    known = [one.field for one in said.fields if one.cell is Cell.INTERESTED_KNOWN]
    if to_try:
        sheet.entry("Интересно, но пока мало знаю — самое время попробовать", "; ".join(to_try))
    if known:
        sheet.entry("Интересно, и уже кое-что знаю", "; ".join(known))


def _about_interests(code: HollandCode) -> str:
    """Say what is stronger than the rest; the last place of a code that holds all six letters is itself the rest."""
    places = [place.strip("()") for place in re.findall(r"\(\w+\)|\w", code.letters)]
    stronger = places[:-1] if sum(map(len, places)) == len(ACTIVITIES) else places
    return f"Сейчас ближе остального: {'; '.join(ACTIVITIES[letter] for letter in ''.join(stronger))}."


def _set_recommended(sheet: Sheet, recommended: Iterable[Recommendation]) -> None:
    made = tuple(recommended)
    if made:
        sheet.heading("С чего начать пробовать")
    for one in made:
        sheet.entry(one.title, one.field, one.reason)
    if made:
        sheet.remark(NOTHING_IS_EXCLUDED)


def _set_tried_out(sheet: Sheet, tried_out: Iterable[TriedOut]) -> None:
    sheet.heading("Что уже попробовано")
    attended = tuple(tried_out)
    if not attended:
        sheet.paragraph("Пока ни одной профпробы. После первой она появится здесь.")
    for one in attended:
        sheet.entry(
            one.title or one.competency,
            " · ".join(filter(None, (_day(_local(one.starts_at, one.timezone)), FORMATS[one.format], one.field))),
            one.try_out,
            _about_recommendation(one),
        )


def _about_recommendation(one: TriedOut) -> str:
    if one.recommendation is None:
        return ""
    written = _day(_local(one.recommendation.issued_at, one.timezone))
    return f"Рекомендация наставника от {written}: её текст — в личном кабинете, в записи на эту профпробу."


def _set_plan(sheet: Sheet, plan: Plan) -> None:
    sheet.heading("Мои цели")
    for goal in plan.goals:
        sheet.point(goal)
    _leave_room(sheet, len(plan.goals))
    sheet.heading("Мои следующие шаги")
    for step in plan.steps:
        (sheet.ticked_box if step.done else sheet.open_box)(step.text)
    _leave_room(sheet, len(plan.steps))


def _leave_room(sheet: Sheet, written: int) -> None:
    for _ in range(max(BLANK_LINES - written, 1)):
        sheet.line_to_write_on("")


def _local(moment: datetime, timezone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(_MOSCOW)


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year} г."
