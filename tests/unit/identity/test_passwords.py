"""Passwords are looked at alike, whether there is an account or not."""

import argon2
import pytest

from bilet_identity.security.passwords import Passwords

PASSWORD = "правильный пароль 1"


async def test_an_unknown_account_costs_as_many_hashes_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    known_hash = await passwords.hash(PASSWORD)
    looked_at: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(hasher: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
        looked_at.append(password_hash)
        return bool(verify(hasher, password_hash, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)

    answers = [await passwords.fits(PASSWORD, known_hash), await passwords.fits(PASSWORD, None)]

    assert answers == [True, False]
    assert [found.split("$")[:4] for found in looked_at] == [known_hash.split("$")[:4]] * 2


async def test_the_password_of_nobody_opens_nothing() -> None:
    assert await Passwords().fits("nobody's password", None) is False
