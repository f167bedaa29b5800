"""Pupils, notices and deliveries for unit tests."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from bilet_notifications.domain.channels import EMAIL, Channel
from bilet_notifications.domain.deliveries import Delivery, addressed
from bilet_notifications.domain.notices import TEMPLATE_VERSIONS, Notice, Template
from bilet_notifications.domain.people import GUARDIAN, Recipient, RecipientKind, Student
from bilet_notifications.domain.scenes import Scene, Wording

NOW = datetime(2026, 8, 10, 9, tzinfo=UTC)
REAL_NOW = datetime(2026, 11, 21, 21, tzinfo=UTC)
PUPIL = UUID(int=1)
MOTHER = UUID(int=2)
FATHER = UUID(int=3)
MENTOR = UUID(int=4)
DELIVERY = UUID(int=5)
CLAIM = UUID(int=7)
SCENE = Scene(
    profession="Сварочные технологии",
    site="Поволжский колледж",
    address="г. Речной, ул. Луговая, 12",
    grade=8,
)
VARIABLES = {
    "booking_id": str(UUID(int=6)),
    "slot_code": "63-T01-1",
    "site_code": "63-S01",
    "competency": "welding",
    "format": "in-person",
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


def claimed(attempts: int = 0) -> Delivery:
    return replace(delivery(), status="claimed", attempts=attempts, claimed_by=CLAIM)


def sending(attempts: int = 1) -> Delivery:
    return replace(claimed(attempts), status="sending")


def wording(
    template: Template, *, reader: RecipientKind = GUARDIAN, version: int | None = None, scene: Scene = SCENE
) -> Wording:
    number = version or TEMPLATE_VERSIONS[template]
    return Wording(template=template, version=number, variables=VARIABLES, reader=reader, scene=scene)
