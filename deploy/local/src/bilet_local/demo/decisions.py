"""Parents decide or stay silent; what nobody decided expires; some bookings are taken back."""

from bilet_local.demo.life import Claimed, Life, Milestone, message_about
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import TRANSFER, TakenBack, Verdict
from bilet_local.demo.seats import claim
from bilet_local.demo.waiting import Effect, Surprise
from bilet_local.importing.calls import Json

_STEPS = {Verdict.APPROVAL: "approval", Verdict.REFUSAL: "refusal"}
_OUTCOMES = {Verdict.APPROVAL: "approved", Verdict.REFUSAL: "declined"}


async def decide_all(life: Life) -> None:
    """Let the parent answer every request that waits; a pupil of age had nobody to ask.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    for booking in life.with_status("requested"):
        await _decide(life, booking, booking.wish.verdict)


async def settle(life: Life) -> None:
    """Days later: silence has expired, perhaps another slot is asked for; the first booking may be taken back.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    for booking in life.with_status("requested"):
        await _expire(life, booking)
        if life.plan.asks_again and (again := await claim(life, booking.wish)):
            await _decide(life, again, Verdict.APPROVAL)
    approved = life.with_status("approved")
    if approved and life.plan.taken_back is TakenBack.CONSENT:
        await _withdraw(life, approved)
    elif approved and life.plan.taken_back:
        await _cancel(life, approved[0], life.plan.taken_back)


async def _decide(life: Life, booking: Claimed, verdict: Verdict) -> None:
    if booking.status != "requested":
        return
    if verdict is Verdict.SILENCE:
        life.narrator.tell("Родитель молчит")
        return
    decider = life.pupil if life.decides_alone else life.guardian
    answer = await decider.post(f"/booking/bookings/{booking.booking_id}/{_STEPS[verdict]}")
    booking.status = _expect(answer, _OUTCOMES[verdict])
    life.world.count(Milestone.DECIDED)
    life.narrator.tell(f"Родитель {'подтверждает' if verdict is Verdict.APPROVAL else 'не разрешает'}")
    template = f"booking-{booking.status}"
    record = Record(f"booking.{template}.v1", life.student_id)
    await life.narrator.wait(Effect.TOLD, lambda: message_about(life.pupil, template, booking.booking_id), record)


async def _expire(life: Life, booking: Claimed) -> None:
    record = Record("booking.booking-expired.v1", life.student_id)
    await life.narrator.wait(Effect.EXPIRED, lambda: _reached(life, booking, "expired"), record)
    life.world.count(Milestone.SETTLED)
    if life.decides_alone:
        return
    late = life.guardian.post(f"/booking/bookings/{booking.booking_id}/approval")
    await life.refused(late, "already-settled")


async def _cancel(life: Life, booking: Claimed, by: TakenBack) -> None:
    maker = life.guardian if by is TakenBack.GUARDIAN and not life.decides_alone else life.pupil
    answer = await maker.post(f"/booking/bookings/{booking.booking_id}/cancellation")
    booking.status = _expect(answer, "cancelled")
    life.world.count(Milestone.SETTLED)


async def _withdraw(life: Life, bookings: list[Claimed]) -> None:
    giver = life.pupil if life.decides_alone else life.guardian
    await giver.delete(f"/identity/consents/{life.student_id}/{TRANSFER}")
    record = Record("booking.booking-cancelled.v1", life.student_id)
    for booking in bookings:
        probed = booking
        await life.narrator.wait(Effect.WITHDRAWN, lambda: _reached(life, probed, "cancelled"), record)  # noqa: B023 - awaited at once
        life.world.count(Milestone.SETTLED)


async def _reached(life: Life, booking: Claimed, status: str) -> bool | None:
    booking.status = (await life.pupil.get(f"/booking/bookings/{booking.booking_id}"))["status"]
    return True if booking.status == status else None


def _expect(answer: Json, status: str) -> str:
    if answer["status"] != status:
        raise Surprise(f"запись должна быть {status}, а она {answer['status']}")
    return status
