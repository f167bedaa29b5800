"""The persons that the stand-in knows: loaded by the demo or a test, kept in memory only."""

import re
from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

SNILS = r"^\d{3}-\d{3}-\d{3} \d{2}$"


class Child(BaseModel):
    """A child in a parent's ESIA account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last_name: str = Field(min_length=1)
    first_name: str = Field(min_length=1)
    middle_name: str | None = None
    birth_date: date
    snils: str | None = Field(default=None, pattern=SNILS)


class Person(BaseModel):
    """One ESIA account; `trusted` means that it is a confirmed one (подтверждённая учётная запись)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    oid: str = Field(pattern=r"^[1-9]\d{0,17}$")
    last_name: str = Field(min_length=1)
    first_name: str = Field(min_length=1)
    middle_name: str | None = None
    birth_date: date
    snils: str | None = Field(default=None, pattern=SNILS)
    email: str | None = None
    phone: str | None = None
    trusted: bool = True
    children: tuple[Child, ...] = ()


class People:
    """Everybody the stand-in can sign in, found by ESIA id, СНИЛС, e-mail or telephone."""

    def __init__(self) -> None:
        self._by_oid: dict[str, Person] = {}
        self._oid_by_login: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._by_oid)

    def load(self, persons: Iterable[Person]) -> None:
        """Add the persons; one with a known oid replaces the former."""
        for person in persons:
            self._forget(person.oid)
            self._by_oid[person.oid] = person
            for login in _logins(person):
                self._oid_by_login[login] = person.oid

    def clear(self) -> None:
        """Forget everybody."""
        self._by_oid.clear()
        self._oid_by_login.clear()

    def by_oid(self, oid: str) -> Person | None:
        """Find the person with this ESIA id."""
        return self._by_oid.get(oid)

    def by_login(self, login: str) -> Person | None:
        """Find the person who would type this at ESIA's door: id, СНИЛС, e-mail or telephone."""
        oid = self._oid_by_login.get(_normal(login))
        return self._by_oid.get(oid) if oid else None

    def some(self, count: int) -> tuple[Person, ...]:
        """List the first `count` persons, to be offered on the sign-in page."""
        return tuple(person for person, _ in zip(self._by_oid.values(), range(count), strict=False))

    def _forget(self, oid: str) -> None:
        former = self._by_oid.pop(oid, None)
        if former is None:
            return
        for login in _logins(former):
            if self._oid_by_login.get(login) == oid:
                del self._oid_by_login[login]


def _logins(person: Person) -> tuple[str, ...]:
    return tuple(_normal(login) for login in (person.oid, person.snils, person.email, person.phone) if login)


def _normal(login: str) -> str:
    text = login.strip().lower()
    return text if "@" in text else re.sub(r"\D", "", text)
