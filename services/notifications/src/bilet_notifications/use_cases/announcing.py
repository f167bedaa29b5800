"""Turning facts into deliveries."""

from datetime import timedelta
from functools import reduce

from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import channels_for
from bilet_notifications.domain.deliveries import addressed, evolve, put_into_inbox
from bilet_notifications.domain.notices import TEMPLATE_VERSIONS, Notice, can_be_told, recipients
from bilet_notifications.domain.people import Student
from bilet_notifications.storage import notices, telling


async def announce(tx: Transaction, notice: Notice) -> None:
    """Address the notice to everybody it concerns, or let it wait until its pupil is known."""
    student = await telling.find_student(tx, notice.student_id)
    if student is not None and can_be_told(notice, student, waited=timedelta(0)):
        await _tell(tx, notice, student)
    else:
        await notices.keep_waiting(tx.session, notice)


async def release_waiting(tx: Transaction, *, most: int) -> int:
    """Address up to `most` waiting notices whose pupils are known by now; how many were looked at."""
    ripe = await notices.lock_ripe(tx.session, most)
    told, later = [], []
    for waiting in ripe:
        student = await telling.find_student(tx, waiting.notice.student_id)
        if student is not None and can_be_told(waiting.notice, student, waited=waiting.waited):
            await _tell(tx, waiting.notice, student)
            told.append(waiting.notice.fact_id)
        else:
            later.append(waiting.notice.fact_id)
    await notices.forget(tx.session, told)
    await notices.look_later(tx.session, later)
    return len(ripe)


async def _tell(tx: Transaction, notice: Notice, student: Student) -> None:
    new = [
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
    decided = [(delivery, put_into_inbox(delivery, now=tx.now)) for delivery in new]
    inserted = await telling.insert_new(tx, [reduce(evolve, events, delivery) for delivery, events in decided])
    for delivery, events in decided:
        if delivery.delivery_id in inserted:
            tx.record(*events)
