"""Pupils, notices and deliveries for unit tests."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from bilet_notifications.domain.channels import EMAIL, Channel
from bilet_notifications.domain.deliveries import Delivery, addressed
from bilet_notifications.domain.notices import Notice, Template
from bilet_notifications.domain.people import GUARDIAN, Recipient, Student

NOW = datetime(2026, 8, 10, 9, tzinfo=UTC)
REAL_NOW = datetime(2026, 11, 21, 21, tzinfo=UTC)
PUPIL = UUID(int=1)
MOTHER = UUID(int=2)
FATHER = UUID(int=3)
MENTOR = UUID(int=4)
DELIVERY = UUID(int=5)
VARIABLES = {
    "booking_id": str(UUID(int=6)),
    "slot_code": "63-T01-1",
    "site_code": "63-S01",
    "starts_at": "2026-08-15T06:00:00+00:00",
    "timezone": "Europe/Samara",
    "approval_due_at": "2026-08-12T06:30:00+00:00",
    "reason": "own",
    "stage": "2",
}


def student(
    *, guardian_ids: tuple[UUID, ...] = (MOTHER,), purposes: tuple[str, ...] = ("processing", "transfer")
) -> Student:
    return Student(student_id=PUPIL, decides_alone=False, guardian_ids=guardian_ids, purposes=frozenset(purposes))


def grown_up() -> Student:
    return replace(student(), decides_alone=True)


def notice(template: Template = Template.BOOKING_APPROVED) -> Notice:
    return Notice(
        fact_id=UUID(int=9),
        template=template,
        student_id=PUPIL,
        region_code="63",
        occurred_at=NOW,
        mentor_id=MENTOR,
        variables=VARIABLES,
    )


def delivery(channel: Channel = EMAIL, recipient: Recipient | None = None) -> Delivery:
    return addressed(
        notice(), recipient or Recipient(GUARDIAN, MOTHER), channel, delivery_id=DELIVERY, template_version=1, now=NOW
    )


def claimed(attempt: int = 1) -> Delivery:
    return replace(delivery(), status="claimed", attempts=attempt)
