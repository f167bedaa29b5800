"""A pupil books what the catalogue recommends and the grade allows, and perhaps one more than the quota allows."""

from datetime import datetime
from typing import Any

from bilet_local.demo.life import PAGE, Claimed, Life, Milestone, message_about
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import STAGES, Format, Wish
from bilet_local.demo.waiting import Effect
from bilet_local.importing.calls import Json, Refused

_FULL = "slot-full"
_TRIES = 6
_IN_WORDS = {Format.ONLINE: "онлайн", Format.IN_PERSON: "очно"}


async def book(life: Life) -> None:
    """Ask for what the plan wishes.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    if life.stages_done < STAGES or not life.plan.may_book(life.age):
        return
    if life.plan.wishes:
        advice = await life.pupil.get(f"/diagnostics/students/{life.student_id}/recommendations")
        titles = ", ".join(one["title"] for one in advice["items"][:3])
        life.narrator.tell(f"Что попробовать сначала: {titles}")
    for wish in life.plan.wishes:
        await claim(life, wish)
    if life.plan.overreaches and len(life.bookings) == len(life.plan.wishes):
        for slot in (await _slots(life, Format.IN_PERSON))[:1]:
            request = life.pupil.post("/booking/bookings", {"slot_id": slot["slot_id"]})
            await life.refused(request, life.plan.refusal_beyond_quota)


async def claim(life: Life, wish: Wish) -> Claimed | None:
    """Ask for a seat in the wished format; where others were faster, for another one; None when all are full.

    Returns when the parent has been asked to decide.

    Raises:
        Refused: for anything but a full slot.
    """
    slots = await _slots(life, wish.format)
    recommended = [slot for slot in slots if slot["recommended"]]
    wanted = recommended or slots
    life.dice.shuffle(wanted)
    for _, slot in zip(range(_TRIES), wanted, strict=False):
        try:
            answer = await life.pupil.post("/booking/bookings", {"slot_id": slot["slot_id"]})
        except Refused as refusal:
            if refusal.code != _FULL:
                raise
            continue
        return await _claimed(life, wish, slot, answer)
    return None


async def _claimed(life: Life, wish: Wish, slot: Json, answer: Json) -> Claimed:
    booking = Claimed(answer["booking_id"], wish, _at(answer["starts_at"]), _at(answer["ends_at"]), answer["status"])
    life.bookings.append(booking)
    life.world.count(Milestone.BOOKED)
    when = booking.starts_at.astimezone(life.world.zone)
    place = f"{slot['site_name']}, {slot['municipality']}"
    life.narrator.tell(f"Запись {_IN_WORDS[wish.format]}: «{slot['title']}», {place}, {when:%d.%m %H:%M}")
    if booking.status == "requested" and not life.decides_alone:
        record = Record("booking.booking-requested.v1", life.student_id)
        await life.narrator.wait(Effect.ASKED, lambda: _asked(life, booking), record)
    return booking


async def _asked(life: Life, booking: Claimed) -> Json | None:
    return await message_about(life.guardian, "approval-requested", booking.booking_id)


async def _slots(life: Life, wanted: Format) -> list[dict[str, Any]]:
    """Slots of this format for the grade that clash with no booking of the pupil's, recommended ones first."""
    slots = await life.pupil.get(
        "/booking/catalogue/slots",
        region=life.world.region_code,
        grade=life.invited.grade,
        format=wanted.value,
        free=True,
        recommended=True,
        limit=PAGE,
    )
    held = life.with_status("requested", "approved")
    return [slot for slot in slots["items"] if not any(_clash(slot, booking) for booking in held)]


def _clash(slot: Json, booking: Claimed) -> bool:
    return _at(slot["starts_at"]) < booking.ends_at and booking.starts_at < _at(slot["ends_at"])


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
