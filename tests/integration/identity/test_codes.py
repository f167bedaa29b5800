"""One-time codes are shown to whom they are meant for, and lie nowhere in clear."""

import asyncio
import json
from hashlib import sha256
from uuid import uuid4

import pytest

from tests.integration.identity.conftest import Someone, World, registration

COORDINATOR = {
    "last_name": "Сотрудникова",
    "first_name": "Софья",
    "email": "staff@bilet.test",
    "role": "school-coordinator",
    "region_code": "63",
    "school_code": "630001",
}


async def everything(world: World) -> str:
    """All rows of all tables, as text."""
    tables = await world.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    lines = [row["line"] for t in tables for row in await world.rows(f"SELECT t::text AS line FROM {t['relname']} t")]
    return "\n".join(lines)


async def test_a_guardians_code_is_shown_again_to_a_repeat_and_lies_nowhere_in_clear(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()

    first = await pupil.post("/guardian-invitations", key="the-same-key")
    second = await pupil.post("/guardian-invitations", key="the-same-key")

    code, stored = first.json()["code"], await everything(world)
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(await world.rows("SELECT 1 FROM guardian_invitations")) == 1
    for form in (code, code.replace("-", "")):
        assert form not in stored
        assert form.encode().hex() not in stored


async def test_a_staff_code_is_shown_again_to_a_repeat_and_lies_nowhere_in_clear(world: World) -> None:
    operator = await world.schools()

    first = await operator.post("/staff", COORDINATOR, key="the-same-key")
    second = await operator.post("/staff", COORDINATOR, key="the-same-key")
    other = await operator.post("/staff", COORDINATOR | {"school_code": "630002"}, key="the-same-key")

    code, stored = first.json()["activation_code"], await everything(world)
    assert second.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert code not in stored
    assert code.encode().hex() not in stored
    assert (await world.activate(code)).tokens["role"] == "school-coordinator"


async def test_no_password_can_be_guessed_from_what_is_kept_of_a_request(world: World) -> None:
    await world.schools()
    body, key = json.dumps(registration()).encode(), str(uuid4())
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    answer = await world.http.post("/students", content=body, headers=headers)

    guesses = {sha256(b"\n".join((b"POST", path, body))).hexdigest() for path in (b"/students", b"/students?")}

    stored = await everything(world)
    assert answer.status_code == 201
    assert key not in stored
    assert not any(guess in stored for guess in guesses)


async def test_another_pupil_with_the_same_key_gets_a_code_of_their_own(world: World) -> None:
    await world.schools()
    one, other = await world.pupil(), await world.pupil()

    codes = [(await who.post("/guardian-invitations", key="the-same-key")).json()["code"] for who in (one, other)]

    assert codes[0] != codes[1]


async def test_a_record_moved_to_another_pupil_does_not_open(world: World) -> None:
    await world.schools()
    one, other = await world.pupil(), await world.pupil()
    code, _ = [(await who.post("/guardian-invitations", key="the-same-key")).json()["code"] for who in (one, other)]
    await world.rows(
        "UPDATE idempotency_keys k SET body = o.body FROM idempotency_keys o "
        "WHERE k.principal = $1 AND o.principal = $2 AND k.key = o.key",
        str(other.id),
        str(one.id),
    )

    answer = await other.post("/guardian-invitations", key="the-same-key")

    assert answer.status_code == 500
    assert code not in answer.text


@pytest.mark.parametrize(("key", "code"), [(None, "idempotency-key-missing"), ("short", "idempotency-key-invalid")])
async def test_without_a_key_no_code_is_made(world: World, key: str | None, code: str) -> None:
    await world.schools()
    pupil = await world.pupil()

    answer = await pupil.call("POST", "/guardian-invitations", headers={"Idempotency-Key": key} if key else {})

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not await world.rows("SELECT 1 FROM guardian_invitations")


async def test_of_parallel_repeats_one_makes_a_code(world: World) -> None:
    await world.schools()
    pupil, key = await world.pupil(), str(uuid4())

    answers = await asyncio.gather(*(pupil.post("/guardian-invitations", key=key) for _ in range(5)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["code"] for answer in answers if answer.status_code == 201}) == 1
    assert len(await world.rows("SELECT 1 FROM guardian_invitations")) == 1


async def test_whoever_may_not_ask_gets_no_repeat(world: World) -> None:
    await world.schools()
    pupil = await world.pupil()
    await pupil.post("/guardian-invitations", key="the-same-key")

    stranger = await Someone(world.http, {}).post("/guardian-invitations", key="the-same-key")

    assert stranger.status_code == 401
