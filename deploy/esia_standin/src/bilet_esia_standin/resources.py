"""`/rs/prns`: a person's data, contacts and children, as far as the access token's scopes reach."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header

from bilet_esia_standin import refusals
from bilet_esia_standin.people import Child, Person
from bilet_esia_standin.standin import Running
from bilet_esia_standin.tokens import Access

router = APIRouter(prefix="/rs/prns")


def _read_access(oid: str, standin: Running, authorization: Annotated[str, Header()] = "") -> tuple[Person, Access]:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise refusals.invalid_token()
    access = standin.tokens.read_access(token)
    person = standin.people.by_oid(oid)
    if person is None or access.oid != oid:
        raise refusals.no_permission()
    return person, access


Reading = Annotated[tuple[Person, Access], Depends(_read_access)]


@router.get("/{oid}")  # noqa: FAST003 - _read_access takes it
async def person_data(reading: Reading) -> dict[str, Any]:
    """Answer the person's own data; dates are written ДД.ММ.ГГГГ."""
    person, access = reading
    answer: dict[str, Any] = {"stateFacts": ["Identifiable"], "status": "REGISTERED", "trusted": person.trusted}
    if "fullname" in access.scopes:
        answer |= _names(person)
    if "birthdate" in access.scopes:
        answer["birthDate"] = _written(person.birth_date)
    if "snils" in access.scopes and person.snils:
        answer["snils"] = person.snils
    return answer


@router.get("/{oid}/ctts")  # noqa: FAST003 - _read_access takes it
async def contacts(reading: Reading) -> dict[str, Any]:
    """Answer the person's e-mail (EML) and mobile telephone (MBT), always with their elements embedded."""
    person, access = reading
    elements = []
    if {"email", "contacts"} & access.scopes and person.email:
        elements.append(_contact(1, "EML", person.email))
    if {"mobile", "contacts"} & access.scopes and person.phone:
        elements.append(_contact(2, "MBT", person.phone))
    return _collection(elements)


@router.get("/{oid}/kids")  # noqa: FAST003 - _read_access takes it
async def children(reading: Reading) -> dict[str, Any]:
    """Answer the children in the person's account; an unconfirmed account has none to show."""
    person, access = reading
    if "kid_fullname" not in access.scopes or not person.trusted:
        raise refusals.no_permission()
    return _collection([_child(number, child, access) for number, child in enumerate(person.children, start=1)])


def _child(number: int, child: Child, access: Access) -> dict[str, Any]:
    answer = {"id": number, "stateFacts": ["Identifiable"]} | _names(child)
    if "kid_birthdate" in access.scopes:
        answer["birthDate"] = _written(child.birth_date)
    if "kid_snils" in access.scopes and child.snils:
        answer["snils"] = child.snils
    return answer


def _names(human: Person | Child) -> dict[str, Any]:
    names = {"firstName": human.first_name, "lastName": human.last_name}
    return names | ({"middleName": human.middle_name} if human.middle_name else {})


def _contact(number: int, kind: str, value: str) -> dict[str, Any]:
    return {"id": number, "type": kind, "vrfStu": "VERIFIED", "value": value}


def _collection(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"stateFacts": ["hasSize"], "size": len(elements), "elements": elements}


def _written(day: date) -> str:
    return day.strftime("%d.%m.%Y")
