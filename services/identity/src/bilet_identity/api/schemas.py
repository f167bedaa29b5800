"""Bodies of requests and answers. Requests name no unknown fields; dates are ISO, ids UUIDs."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from bilet_identity.domain.access import PASSWORD_LENGTH
from bilet_identity.domain.consent import Purpose
from bilet_identity.domain.staff import StaffRole

Name = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CodeVerifier = Annotated[SecretStr, Field(min_length=43, max_length=128)]
Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,255}$")]
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@-]{3,64}$")]
NewPassword = Annotated[SecretStr, Field(min_length=PASSWORD_LENGTH[0], max_length=PASSWORD_LENGTH[1])]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{2,3}$")]
DirectoryCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")]


class Request(BaseModel):
    """Any request: unknown fields are refused, errors do not repeat the input."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NewAccount(Request):
    """A login and a password of 10 to 128 characters."""

    login: Login
    password: NewPassword


class NewStudent(NewAccount):
    """A pupil opens an account; `region_code` may be left out where the school's code is unique in the country."""

    last_name: Name
    first_name: Name
    patronymic: Name | None = None
    birth_date: date
    region_code: RegionCode | None = None
    school_code: DirectoryCode
    grade: int = Field(ge=6, le=11)
    snils: str | None = Field(default=None, max_length=20)
    email: Email | None = None


class RosterClaim(NewAccount):
    """A pupil claims a place in a school's roster by its code."""

    code: Code
    email: Email | None = None


class StudentAnswer(BaseModel):
    """A student's own state."""

    student_id: UUID
    status: str
    region_code: str
    school_code: str
    grade: int
    decides_alone: bool
    purposes: list[Purpose]


class SignIn(Request):
    """Sign-in of a pupil or of staff; `role` chooses among several."""

    login: str = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=128)
    role: StaffRole | Literal["student"] | None = None


class Refresh(Request):
    """The newest refresh token of a session."""

    refresh_token: SecretStr = Field(min_length=1, max_length=100)


class Exchange(Request):
    """The one-time code that ESIA's callback gave the browser, and what the sign-in's challenge was made of."""

    code: Code
    code_verifier: CodeVerifier


class Tokens(BaseModel):
    """An access token for `expires_in` seconds and the refresh token to get the next one."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word
    expires_in: int
    refresh_token: str
    subject: UUID
    role: str
    session_id: UUID


class Invitation(BaseModel):
    """A code for the parent; it is shown only in this answer and in repeats of its request."""

    invitation_id: UUID
    code: str
    expires_at: datetime


class EsiaSignIn(Request):
    """A guardian wants to sign in, perhaps invited by a pupil.

    `code_challenge` is the SHA-256, as base64url without padding, of a fresh secret that the browser keeps and gives
    as `code_verifier` in the end (RFC 7636).
    """

    code_challenge: CodeChallenge
    invitation_code: Code | None = None


class EsiaRedirect(BaseModel):
    """Where to send the browser."""

    authorize_url: str


class GuardianshipAnswer(BaseModel):
    """A guardianship; `proposed` waits for the pupil, `awaiting-claim` for the pupil to open an account."""

    guardianship_id: UUID | None
    student_id: UUID | None
    guardian_id: UUID
    status: Literal["proposed", "verified", "ended", "awaiting-claim"]


class GuardianshipRequest(Request):
    """Exactly one of: a pupil's invitation, a student who invited or is matched, a child of ESIA's list."""

    invitation_code: Code | None = None
    student_id: UUID | None = None
    child_id: UUID | None = None

    @model_validator(mode="after")
    def name_one(self) -> "GuardianshipRequest":
        """See that exactly one way is named."""
        if sum(way is not None for way in (self.invitation_code, self.student_id, self.child_id)) != 1:
            raise ValueError("exactly one of invitation_code, student_id, child_id")
        return self


class ListedChild(BaseModel):
    """A child as ESIA lists it; `student_id` when it has an account, `in_roster` when a school invited it."""

    child_id: UUID
    last_name: str
    first_name: str
    patronymic: str | None
    birth_date: date
    student_id: UUID | None
    in_roster: bool


class TiedChild(BaseModel):
    """A child the guardian is tied to."""

    student_id: UUID
    guardianship_id: UUID
    status: str
    last_name: str
    first_name: str
    patronymic: str | None


class ChildrenAnswer(BaseModel):
    """ESIA's list, present ties, and students with whose invitation the guardian came."""

    items: list[ListedChild]
    guardianships: list[TiedChild]
    invited_by: list[UUID]


class ConsentTextAnswer(BaseModel):
    """The exact text in force for a purpose."""

    purpose: Purpose
    version: str
    title: str
    text: str
    sha256: str


class ConsentTexts(BaseModel):
    """Texts of all purposes."""

    items: list[ConsentTextAnswer]


class NewConsent(Request):
    """One purpose by one exact text; pupils may leave `student_id` out."""

    student_id: UUID | None = None
    purpose: Purpose
    text_version: str = Field(min_length=1, max_length=20)


class PeopleRequest(Request):
    """At most 200 ids of students, guardians or staff."""

    ids: list[UUID] = Field(min_length=1, max_length=200)


class PersonAnswer(BaseModel):
    """A name."""

    id: UUID
    last_name: str
    first_name: str
    patronymic: str | None


class PeopleAnswer(BaseModel):
    """Names of those the asker may see."""

    items: list[PersonAnswer]


class ContactsRequest(Request):
    """At most 500 ids of recipients."""

    ids: list[UUID] = Field(min_length=1, max_length=500)


class ContactAnswer(BaseModel):
    """Whom to greet and where to write."""

    id: UUID
    email: str | None
    first_name: str
    patronymic: str | None


class ContactsAnswer(BaseModel):
    """Contacts of those that exist."""

    items: list[ContactAnswer]


class ScopeAnswer(BaseModel):
    """A role and where it holds."""

    role: StaffRole
    region_code: str
    school_code: str | None
    site_code: str | None
    staff_code: str | None


class Me(BaseModel):
    """Whoever asks, as identity knows them."""

    subject: UUID
    role: str
    last_name: str
    first_name: str
    patronymic: str | None
    student: StudentAnswer | None
    guardianships: list[GuardianshipAnswer]
    scopes: list[ScopeAnswer]
