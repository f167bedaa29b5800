"""ЕСИА's answers as it writes them, read strictly where we rely on them and tolerantly elsewhere."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bilet_identity.esia.person import EsiaChild, EsiaPerson


def _russian_date(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    if not isinstance(value, str):
        raise ValueError("not a date")  # noqa: TRY004 - pydantic turns only ValueError into a validation error
    return datetime.strptime(value, "%d.%m.%Y").date()  # noqa: DTZ007 - a birth date has no zone


RussianDate = Annotated[date, BeforeValidator(_russian_date)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Snils = Annotated[str, Field(pattern=r"^\d{3}-\d{3}-\d{3} \d{2}$")]


class Answer(BaseModel):
    """Any answer: unknown fields are ignored, and errors do not repeat what was read."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class TokenAnswer(Answer):
    """The token endpoint's answer (`/aas/oauth2/v3/te`)."""

    access_token: str
    id_token: str
    state: str
    token_type: str = Field(pattern="^(?i:bearer)$")


class Named(Answer):
    """A human being as ЕСИА writes one down."""

    first_name: Name = Field(alias="firstName")
    last_name: Name = Field(alias="lastName")
    middle_name: Name | None = Field(default=None, alias="middleName")
    birth_date: RussianDate = Field(alias="birthDate")
    snils: Snils | None = None


class PersonAnswer(Named):
    """`/rs/prns/{oid}`."""

    trusted: bool


class ContactElement(Answer):
    """One contact; `type` is EML for e-mail and MBT for a mobile telephone."""

    type: str
    vrf_stu: str = Field(alias="vrfStu")
    value: str = Field(max_length=320)


class ContactsAnswer(Answer):
    """`/rs/prns/{oid}/ctts?embed=(elements)`."""

    elements: list[ContactElement] = Field(default_factory=list)

    def verified(self, kind: str) -> str | None:
        """Find the first verified contact of this type."""
        values = (item.value for item in self.elements if item.type == kind and item.vrf_stu == "VERIFIED")
        return next(values, None)


class KidsAnswer(Answer):
    """`/rs/prns/{oid}/kids?embed=(elements)`."""

    elements: list[Named] = Field(default_factory=list, max_length=50)


def to_person(oid: str, person: PersonAnswer, contacts: ContactsAnswer, kids: KidsAnswer) -> EsiaPerson:
    """Put the three answers together."""
    return EsiaPerson(
        oid=oid,
        snils=person.snils,
        last_name=person.last_name,
        first_name=person.first_name,
        patronymic=person.middle_name,
        birth_date=person.birth_date,
        email=contacts.verified("EML"),
        phone=contacts.verified("MBT"),
        trusted=person.trusted,
        children=tuple(_child(kid) for kid in kids.elements),
    )


def _child(kid: Named) -> EsiaChild:
    return EsiaChild(
        last_name=kid.last_name,
        first_name=kid.first_name,
        patronymic=kid.middle_name,
        birth_date=kid.birth_date,
        snils=kid.snils,
    )
