"""Mentors sign in with their activation codes, see who comes, record who came and write recommendations."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bilet_local.demo.life import PASSWORD, Claimed, Life, Milestone, message_about
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import Attendance
from bilet_local.demo.waiting import Effect, Surprise
from bilet_local.importing.calls import Caller, Gateway, Json
from bilet_local.importing.importer import sign_in

MENTOR = "mentor"
_BOOKINGS_PAGE = 200
_NAMES_AT_ONCE = 200
_ADVICE = (
    "Работал(а) внимательно и довёл(а) дело до конца. Стоит попробовать следующий уровень.",
    "Хорошо держится в команде и не боится спрашивать. Попробуйте похожую пробу на другой площадке.",
    "Получается планировать и проверять себя. Посмотрите кружок или кейс по этой теме.",
)
_IN_WORDS = {
    Attendance.ATTENDED: "был(а) на пробе",
    Attendance.NO_SHOW: "не пришёл (не пришла)",
    Attendance.EXCUSED: "не было по уважительной причине",
}
_NEXT_STEPS = ("Зайти на день открытых дверей колледжа", "Выбрать проект по этой теме на школьный год")


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor who is signed in."""

    code: str
    caller: Caller


def mentor_login(code: str) -> str:
    return f"mentor-{code.lower()}"


async def activation_codes(operator: Caller) -> dict[str, str]:
    """Mentor's code → activation code, as the operator prints them."""
    text = await operator.get_text("/identity/staff/activation-codes.csv")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    return {row[0]: row[4] for row in rows if row[1] == MENTOR}


async def begin_work(gateway: Gateway, code: str, activation: str) -> Mentor:
    """Set the mentor's password and sign in.

    Raises:
        Refused: the code is not good.
    """
    account = {"login": mentor_login(code), "password": PASSWORD}
    await Caller(gateway).post("/identity/staff-activations", {**account, "code": activation})
    return Mentor(code, await sign_in(gateway, account["login"], PASSWORD, MENTOR))


async def record_past(mentor: Mentor, lives: Mapping[str, Life], now: datetime) -> None:
    """Record everybody whose try-out is over by `now` (business time); `lives` by student id.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    past = [one async for one in _approved(mentor) if datetime.fromisoformat(one["ends_at"]) <= now]
    await _see_names(mentor, past)
    for shown in past:
        life = lives[shown["student_id"]]
        booking = next(one for one in life.bookings if one.booking_id == shown["booking_id"])
        await _record(mentor, life, booking)


async def _record(mentor: Mentor, life: Life, booking: Claimed) -> None:
    address = f"/booking/bookings/{booking.booking_id}"
    attendance = booking.wish.attendance
    answer = await mentor.caller.post(f"{address}/attendance", {"attendance": attendance})
    booking.status = answer["status"]
    life.world.count(Milestone.RECORDED)
    life.narrator.tell(f"Наставник {mentor.code} отмечает: {_IN_WORDS[attendance]}")
    if attendance is not Attendance.ATTENDED or not booking.wish.advised:
        return
    advice = {"text": life.dice.choice(_ADVICE), "next_steps": list(_NEXT_STEPS)}
    await mentor.caller.post(f"{address}/recommendation", advice)
    life.world.count(Milestone.ADVISED)
    life.narrator.tell(f"Наставник пишет: «{advice['text']}»")
    record = Record("booking.recommendation-issued.v1", life.student_id)
    await life.narrator.wait(
        Effect.RECOMMENDED, lambda: message_about(life.pupil, "recommendation-issued", booking.booking_id), record
    )


async def _approved(mentor: Mentor) -> AsyncIterator[Json]:
    cursor: str | None = None
    while True:
        page = await mentor.caller.get("/booking/bookings", status="approved", cursor=cursor, limit=_BOOKINGS_PAGE)
        for booking in page["items"]:
            yield booking
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def _see_names(mentor: Mentor, bookings: list[Json]) -> None:
    """Check that an approved booking opens the pupil's name to its mentor."""
    ids = sorted({booking["student_id"] for booking in bookings})
    for first in range(0, len(ids), _NAMES_AT_ONCE):
        asked = ids[first : first + _NAMES_AT_ONCE]
        shown = await mentor.caller.post("/identity/people/resolve", {"ids": asked})
        if missing := set(asked) - {person["id"] for person in shown["items"]}:
            raise Surprise(f"наставник {mentor.code} не видит имён {len(missing)} своих участников")
