"""Names and contacts, for those who may see them."""

from typing import Self
from uuid import UUID

from pydantic import Field

from bilet_identity.api.schemas.guardianships import GuardianshipView
from bilet_identity.api.schemas.students import StudentView
from bilet_identity.domain.names import PersonName
from bilet_identity.use_cases.people import Contact, Myself
from bilet_kit.access import Asker, Scope
from bilet_kit.web.schemas import Input, View


class PeopleInput(Input):
    """At most 200 ids of students, guardians or staff."""

    ids: list[UUID] = Field(min_length=1, max_length=200)


class PersonView(View):
    """A name."""

    id: UUID
    last_name: str
    first_name: str
    patronymic: str | None

    @classmethod
    def of(cls, subject: UUID, name: PersonName) -> Self:
        return cls(id=subject, last_name=name.last_name, first_name=name.first_name, patronymic=name.patronymic)


class PeopleView(View):
    """Names of those the asker may see."""

    items: list[PersonView]


class ContactsInput(Input):
    """At most 500 ids of recipients."""

    ids: list[UUID] = Field(min_length=1, max_length=500)


class ContactView(View):
    """Whom to greet and where to write."""

    id: UUID
    email: str | None
    first_name: str
    patronymic: str | None

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls(
            id=contact.subject,
            email=contact.email,
            first_name=contact.name.first_name,
            patronymic=contact.name.patronymic,
        )


class ContactsView(View):
    """Contacts of the recipients who exist."""

    items: list[ContactView]


class ScopeView(View):
    """A role and where it holds."""

    role: str
    region_code: str
    school_code: str | None
    site_code: str | None
    staff_code: str | None

    @classmethod
    def of(cls, scope: Scope) -> Self:
        return cls(
            role=scope.role,
            region_code=scope.region_code,
            school_code=scope.school_code,
            site_code=scope.site_code,
            staff_code=scope.staff_code,
        )


class MeView(View):
    """Whoever asks, as identity knows them in the acting role."""

    subject: UUID
    role: str
    last_name: str
    first_name: str
    patronymic: str | None
    student: StudentView | None
    guardianships: list[GuardianshipView]
    scopes: list[ScopeView]

    @classmethod
    def of(cls, asker: Asker, myself: Myself) -> Self:
        student = myself.student
        ties = [tie for tie in student.guardianships if not tie.ended] if student else []
        return cls(
            subject=asker.subject,
            role=asker.role,
            last_name=myself.name.last_name,
            first_name=myself.name.first_name,
            patronymic=myself.name.patronymic,
            student=StudentView.of(student, myself.today) if student else None,
            guardianships=[GuardianshipView.of(asker.subject, tie) for tie in ties],
            scopes=[ScopeView.of(scope) for scope in myself.scopes],
        )
