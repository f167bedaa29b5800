"""Who signed in through ЕСИА."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class EsiaChild:
    """A child in the account of a parent; `snils` is written `000-000-000 00` and may be unknown to ЕСИА."""

    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    patronymic: str | None = field(default=None, repr=False)
    birth_date: date = field(repr=False)
    snils: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EsiaPerson:
    """The holder of an account; personal data stays out of `repr` and so out of logs.

    `trusted` means a confirmed account (подтверждённая учётная запись). Only verified contacts are given, and
    an account that is not confirmed has no children here.
    """

    oid: str = field(repr=False)
    snils: str | None = field(repr=False)
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    patronymic: str | None = field(repr=False)
    birth_date: date = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    trusted: bool
    children: tuple[EsiaChild, ...] = field(repr=False)
