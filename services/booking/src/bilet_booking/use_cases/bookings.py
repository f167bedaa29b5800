"""A booking's life: requested, decided, cancelled, attended, recommended upon."""

from collections.abc import Callable, Sequence
from uuid import UUID

from bilet_booking.domain import deciding
from bilet_booking.domain.access import as_maker, may_decide, may_see, reach_of
from bilet_booking.domain.booking import Booking, Recommendation, evolve
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.eligibility import Standing, check
from bilet_booking.domain.errors import NotFound, SlotFull, SlotUnknown, TimeClash
from bilet_booking.domain.events import Attendance, Event, Reason
from bilet_booking.storage import bookings, quotas, slots, students
from bilet_booking.use_cases.expiry import expire_holds_of
from bilet_kit.access import ActingRole, Asker
from bilet_kit.events.decisions import Change, Decision, begun, take_effect
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction

Permission = Callable[[Asker, Booking, Standing | None], bool]


async def request_booking(tx: Transaction, student_id: UUID, slot_id: UUID) -> Booking:
    """Claim a seat for a pupil on the slow path, which can say why not; `use_cases.claiming` is the fast one.

    Raises:
        SlotUnknown: there is no such slot.
        NotEligible: a rule says no; the class says which.
    """
    standing = await students.lock_standing(tx, student_id)
    appointment = await slots.appointment_of(tx, slot_id)
    if appointment is None:
        raise SlotUnknown
    check(standing, appointment, await tx.now_after_lock())
    assert standing is not None  # noqa: S101 - `check` lets nobody pass without a standing
    await _claim_seat(tx, slot_id)
    now = await tx.now_after_lock()
    events = deciding.request(booking_id=new_id(), standing=standing, appointment=appointment, now=now)
    booking = begun(events, evolve)
    await _claim_quota(tx, student_id, appointment)
    await bookings.save(tx, [Change(None, booking)])
    tx.record(*events)
    return booking


async def approve(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Approve a request.

    Raises:
        NotFound: it is not the asker's to decide.
        Conflict: somebody decided otherwise, or the deadline has passed.
    """
    booking = await _lock_for(tx, asker, booking_id, may_decide)
    return await _settle(tx, booking, deciding.approve(booking, by=as_maker(asker), now=await tx.now_after_lock()))


async def decline(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Decline a request.

    Raises:
        NotFound: it is not the asker's to decide.
        Conflict: somebody decided otherwise, or the deadline has passed.
    """
    booking = await _lock_for(tx, asker, booking_id, may_decide)
    return await _settle(tx, booking, deciding.decline(booking, by=as_maker(asker), now=await tx.now_after_lock()))


async def cancel(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Cancel a booking: the pupil, any verified guardian and the site may.

    Raises:
        NotFound: it is none of the asker's business.
        Conflict: there is nothing left to cancel, or the try-out has begun.
    """
    reason = Reason.SITE if asker.role == ActingRole.SITE_COORDINATOR else Reason.CHANGED_MIND
    booking = await _lock_for(tx, asker, booking_id, may_see)
    now = await tx.now_after_lock()
    return await _settle(tx, booking, deciding.cancel(booking, by=as_maker(asker), reason=reason, now=now))


async def record_attendance(tx: Transaction, asker: Asker, booking_id: UUID, attendance: Attendance) -> Booking:
    """Record whether the pupil came; the slot's mentor does.

    Raises:
        NotFound: it is not one of the mentor's slots.
        Conflict: the booking's state does not allow it.
    """
    booking = await _lock_for(tx, asker, booking_id, may_see)
    now = await tx.now_after_lock()
    events = deciding.record_attendance(booking, attendance=attendance, by=asker.subject, now=now)
    return await _settle(tx, booking, events)


async def recommend(tx: Transaction, asker: Asker, booking_id: UUID, text: str, next_steps: tuple[str, ...]) -> Booking:
    """Recommend next steps to a pupil who attended; the slot's mentor does.

    Raises:
        NotFound: it is not one of the mentor's slots.
        TextOutOfBounds: the text is empty or too long.
        Conflict: the booking's state does not allow it.
    """
    advice = Recommendation(new_id(), text, next_steps, asker.subject)
    booking = await _lock_for(tx, asker, booking_id, may_see)
    return await _settle(tx, booking, deciding.recommend(booking, advice, now=await tx.now_after_lock()))


async def see(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Find one booking that the asker may see.

    Raises:
        NotFound: it is none of the asker's business.
    """
    return await _permitted(tx, asker, await bookings.find(tx, booking_id), may_see)


async def find(tx: Transaction, asker: Asker, search: bookings.Search) -> list[Booking]:
    """Find a page of the bookings that the asker may see; one more than its limit when there is another page."""
    return await bookings.page(tx, reach_of(asker), search)


async def _lock_for(tx: Transaction, asker: Asker, booking_id: UUID, may: Permission) -> Booking:
    return await _permitted(tx, asker, await bookings.lock(tx, booking_id), may)


async def _permitted(tx: Transaction, asker: Asker, booking: Booking | None, may: Permission) -> Booking:
    if booking is None or not may(asker, booking, await students.standing_of(tx, booking.student_id)):
        raise NotFound
    return booking


async def _settle(tx: Transaction, booking: Booking, events: Sequence[Event]) -> Booking:
    (after,) = await take_effect(tx, [Decision(booking, events)], evolve=evolve, save=bookings.save)
    return after


async def _claim_seat(tx: Transaction, slot_id: UUID) -> None:
    if await slots.claim_seat(tx, slot_id):
        return
    await expire_holds_of(tx, slot_id)
    if not await slots.claim_seat(tx, slot_id):
        raise SlotFull


async def _claim_quota(tx: Transaction, student_id: UUID, appointment: Appointment) -> None:
    quota = await quotas.lock(tx, student_id, appointment)
    await quotas.save(tx, student_id, appointment, quota.claim(appointment))
    if await bookings.has_clash(tx, student_id, appointment):
        raise TimeClash
