"""Facts become deliveries, one per recipient and channel."""

from datetime import timedelta
from uuid import UUID

from bilet_kit.events.decisions import fold
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import channels_for
from bilet_notifications.domain.deliveries import Delivery, addressed, evolve, put_into_inbox
from bilet_notifications.domain.notices import (
    TEMPLATE_VERSIONS,
    Notice,
    as_far_as_approved,
    can_be_announced,
    is_told_by_the_completion,
    recipients,
)
from bilet_notifications.domain.people import Student
from bilet_notifications.storage import deliveries, notices, progress, students


async def announce(tx: Transaction, notice: Notice) -> None:
    """Address a notice to everybody it concerns, or let it wait until its pupil is known."""
    student = await students.find(tx, notice.student_id)
    if student is not None and can_be_announced(notice, student, waited=timedelta(0)):
        await _address(tx, notice, student)
    else:
        await notices.keep_waiting(tx, notice)


async def announce_cancellation(tx: Transaction, notice: Notice, booking_id: UUID) -> None:
    """Tell that a booking was cancelled; the mentor hears of it only if it had been approved."""
    await announce(tx, as_far_as_approved(notice, approved=await progress.is_approved(tx, booking_id)))


async def announce_stage(tx: Transaction, notice: Notice, *, stage: int, season_code: str, sequence: int) -> None:
    """Tell that a stage has feedback, unless the completion of the diagnostics tells so as well.

    `sequence` is the number of the event that says so, within the pupil's key.
    """
    completed_at = await progress.completed_at(tx, notice.student_id, season_code)
    if not is_told_by_the_completion(stage, sequence=sequence, completed_at=completed_at):
        await announce(tx, notice)


async def release_waiting(tx: Transaction, *, most: int) -> int:
    """Address up to `most` waiting notices whose pupils are known by now; how many were looked at."""
    ripe = await notices.lock_ripe(tx, most)
    announced, later = [], []
    for waiting in ripe:
        student = await students.find(tx, waiting.notice.student_id)
        if student is not None and can_be_announced(waiting.notice, student, waited=waiting.waited):
            await _address(tx, waiting.notice, student)
            announced.append(waiting.notice.fact_id)
        else:
            later.append(waiting.notice.fact_id)
    await notices.forget(tx, announced)
    await notices.look_later(tx, later)
    return len(ripe)


async def _address(tx: Transaction, notice: Notice, student: Student) -> None:
    """Insert the deliveries and record what became of those that are new: a repeat of a fact says nothing twice."""
    decided = [(delivery, put_into_inbox(delivery, now=tx.now)) for delivery in _deliveries(tx, notice, student)]
    folded = [fold(delivery, events, evolve) or delivery for delivery, events in decided]
    inserted = await deliveries.insert_new(tx, folded)
    for delivery, events in decided:
        if delivery.delivery_id in inserted:
            tx.record(*events)


def _deliveries(tx: Transaction, notice: Notice, student: Student) -> list[Delivery]:
    return [
        addressed(
            notice,
            recipient,
            channel,
            delivery_id=new_id(),
            template_version=TEMPLATE_VERSIONS[notice.template],
            now=tx.now,
        )
        for recipient in recipients(notice, student)
        for channel in channels_for(recipient, student)
    ]
