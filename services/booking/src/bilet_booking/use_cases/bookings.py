"""A booking's life: requested, decided, taken back, attended, recommended upon."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from bilet_booking.domain import deciding
from bilet_booking.domain.access import ActingRole, Asker, as_maker, may_decide, may_see
from bilet_booking.domain.booking import Booking, Recommendation, evolve
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.eligibility import Standing, check
from bilet_booking.domain.errors import NotFound, SlotFull, SlotUnknown, TimeClash
from bilet_booking.domain.events import Attendance, Event, Reason
from bilet_booking.storage import repository
from bilet_booking.use_cases.expiry import expire_holds_of
from bilet_booking.use_cases.settling import settle
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction

Permission = Callable[[Asker, Booking, Standing | None], bool]
Command = Callable[[Booking, datetime], Sequence[Event]]


async def request_booking(tx: Transaction, student_id: UUID, slot_id: UUID) -> Booking:
    """Claim a seat for a pupil on the slow path, which can say why not; `use_cases.claiming` is the fast one.

    Raises:
        SlotUnknown: there is no such slot.
        NotEligible: a rule says no; the class says which.
    """
    standing = await repository.lock_standing(tx, student_id)
    appointment = await repository.appointment_of(tx, slot_id)
    if appointment is None:
        raise SlotUnknown
    check(standing, appointment, await repository.moment(tx))
    assert standing is not None  # noqa: S101 - `check` lets nobody pass without a standing
    await _claim_seat(tx, slot_id)
    now = await repository.moment(tx)
    events = deciding.request(booking_id=new_id(), standing=standing, appointment=appointment, now=now)
    booking: Booking | None = None
    for event in events:
        booking = evolve(booking, event)
    assert booking is not None  # noqa: S101 - a request gives at least one event
    await _claim_quota(tx, student_id, appointment)
    await repository.add(tx, booking)
    tx.record(*events)
    return booking


async def approve(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Say yes to a request.

    Raises:
        NotFound: it is not the asker's to decide.
        Conflict: somebody decided otherwise, or time did.
    """
    return await _act(
        tx, asker, booking_id, may_decide, lambda booking, now: deciding.approve(booking, by=as_maker(asker), now=now)
    )


async def decline(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Say no to a request.

    Raises:
        NotFound: it is not the asker's to decide.
        Conflict: somebody decided otherwise, or time did.
    """
    return await _act(
        tx, asker, booking_id, may_decide, lambda booking, now: deciding.decline(booking, by=as_maker(asker), now=now)
    )


async def cancel(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """Take a booking back: the pupil, any verified guardian, or the site.

    Raises:
        NotFound: it is none of the asker's business.
        Conflict: there is nothing left to take back, or the try-out has begun.
    """
    reason = Reason.SITE if asker.role == ActingRole.SITE_COORDINATOR else Reason.CHANGED_MIND
    return await _act(
        tx,
        asker,
        booking_id,
        may_see,
        lambda booking, now: deciding.cancel(booking, by=as_maker(asker), reason=reason, now=now),
    )


async def record_attendance(tx: Transaction, asker: Asker, booking_id: UUID, attendance: Attendance) -> Booking:
    """Say whether the pupil came; the slot's mentor does.

    Raises:
        NotFound: it is not the mentor's own slot.
        Conflict: the booking's state does not allow it.
    """
    return await _act(
        tx,
        asker,
        booking_id,
        may_see,
        lambda booking, now: deciding.record_attendance(booking, attendance=attendance, by=asker.id, now=now),
    )


async def recommend(tx: Transaction, asker: Asker, booking_id: UUID, text: str, next_steps: tuple[str, ...]) -> Booking:
    """Advise a pupil who attended; the slot's mentor does.

    Raises:
        NotFound: it is not the mentor's own slot.
        TextOutOfBounds: the text is empty or too long.
        Conflict: the booking's state does not allow it.
    """
    advice = Recommendation(new_id(), text, next_steps, asker.id)
    return await _act(tx, asker, booking_id, may_see, lambda booking, now: deciding.recommend(booking, advice, now=now))


async def see(tx: Transaction, asker: Asker, booking_id: UUID) -> Booking:
    """One booking.

    Raises:
        NotFound: it is none of the asker's business.
    """
    booking = await repository.booking_of(tx, booking_id)
    if booking is None or not may_see(asker, booking, await repository.standing_of(tx, booking.student_id)):
        raise NotFound
    return booking


async def _act(tx: Transaction, asker: Asker, booking_id: UUID, may: Permission, command: Command) -> Booking:
    booking = await repository.lock_booking(tx, booking_id)
    if booking is None or not may(asker, booking, await repository.standing_of(tx, booking.student_id)):
        raise NotFound
    (after,) = await settle(tx, [(booking, command(booking, await repository.moment(tx)))])
    return after


async def _claim_seat(tx: Transaction, slot_id: UUID) -> None:
    if await repository.claim_seat(tx, slot_id):
        return
    await expire_holds_of(tx, slot_id)
    if not await repository.claim_seat(tx, slot_id):
        raise SlotFull


async def _claim_quota(tx: Transaction, student_id: UUID, appointment: Appointment) -> None:
    quota = await repository.lock_quota(tx, student_id, appointment)
    await repository.save_quota(tx, student_id, appointment, quota.claim(appointment))
    if await repository.has_clash(tx, student_id, appointment):
        raise TimeClash
