"""Guardians, pupils, and what ties them to each other."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from bilet_identity.api.schemas.fields import Code
from bilet_identity.domain.guardianship import Guardianship
from bilet_identity.domain.names import PersonName
from bilet_identity.storage.guardians import Child
from bilet_identity.use_cases.guardians import Children, Confirmation
from bilet_kit.web.schemas import Input, View


class InvitationView(View):
    """A code for the parent, shown only in this answer and in repeats of its request."""

    invitation_id: UUID
    code: str
    expires_at: datetime


class GuardianshipView(View):
    """A guardianship; `proposed` waits for the pupil, `awaiting-claim` for the pupil to open an account."""

    guardianship_id: UUID | None
    student_id: UUID | None
    guardian_id: UUID
    status: Literal["proposed", "verified", "ended", "awaiting-claim"]

    @classmethod
    def of(cls, student_id: UUID, tie: Guardianship) -> Self:
        return cls(
            guardianship_id=tie.guardianship_id,
            student_id=student_id,
            guardian_id=tie.guardian_id,
            status=tie.status.value,
        )

    @classmethod
    def confirmed(cls, guardian_id: UUID, confirmation: Confirmation) -> Self:
        """View what a guardian's confirmation led to; without an account of the pupil it awaits the claim."""
        if confirmation.student_id is None or confirmation.guardianship is None:
            return cls(guardianship_id=None, student_id=None, guardian_id=guardian_id, status="awaiting-claim")
        return cls.of(confirmation.student_id, confirmation.guardianship)


class GuardianshipInput(Input):
    """Exactly one of: a pupil's invitation, a student who invited or is matched, a child of ESIA's list."""

    invitation_code: Code | None = None
    student_id: UUID | None = None
    child_id: UUID | None = None

    @model_validator(mode="after")
    def name_one(self) -> Self:
        """Refuse a body that does not name exactly one way."""
        if sum(way is not None for way in (self.invitation_code, self.student_id, self.child_id)) != 1:
            raise ValueError("exactly one of invitation_code, student_id, child_id")
        return self


class ListedChildView(View):
    """A child whom ESIA lists; `student_id` when it has an account, `in_roster` when a school invited it."""

    child_id: UUID
    last_name: str
    first_name: str
    patronymic: str | None
    birth_date: date
    student_id: UUID | None
    in_roster: bool

    @classmethod
    def of(cls, child: Child) -> Self:
        return cls(
            child_id=child.child_id,
            last_name=child.name.last_name,
            first_name=child.name.first_name,
            patronymic=child.name.patronymic,
            birth_date=child.birth_date,
            student_id=child.student_id,
            in_roster=child.entry_id is not None,
        )


class TiedChildView(View):
    """A child the guardian is tied to."""

    student_id: UUID
    guardianship_id: UUID
    status: str
    last_name: str
    first_name: str
    patronymic: str | None

    @classmethod
    def of(cls, student_id: UUID, tie: Guardianship, name: PersonName) -> Self:
        return cls(
            student_id=student_id,
            guardianship_id=tie.guardianship_id,
            status=tie.status.value,
            last_name=name.last_name,
            first_name=name.first_name,
            patronymic=name.patronymic,
        )


class ChildrenView(View):
    """The children whom ESIA lists, present guardianships, and pupils by whose invitation the guardian came."""

    items: list[ListedChildView]
    guardianships: list[TiedChildView]
    invited_by: list[UUID]

    @classmethod
    def of(cls, children: Children) -> Self:
        return cls(
            items=[ListedChildView.of(child) for child in children.listed],
            guardianships=[TiedChildView.of(child, tie, children.names[child]) for child, tie in children.ties],
            invited_by=list(children.invited_by),
        )
