"""Signing in, rotating refresh tokens, keys."""

import asyncio
from datetime import UTC, datetime, timedelta

import jwt

from bilet_identity.security.tokens import AccessTokens, Claims
from tests.integration.identity.conftest import PASSWORD, Someone, World, registration
from tests.support.tokens import SigningKey


async def registered(world: World) -> Someone:
    await world.schools()
    await world.nobody.post("/students", registration(login="ersh"))
    return await world.sign_in("ersh")


async def refresh(world: World, token: str) -> tuple[int, dict[str, str]]:
    answer = await world.http.post("/sessions/refresh", json={"refresh_token": token})
    return answer.status_code, answer.json()


async def test_an_access_token_says_who_in_which_role_and_nothing_else(world: World) -> None:
    pupil = await registered(world)
    keys = (await world.http.get("/.well-known/jwks.json")).json()

    header = jwt.get_unverified_header(pupil.tokens["access_token"])
    claims = jwt.decode(
        pupil.tokens["access_token"],
        jwt.PyJWKSet.from_dict(keys)[header["kid"]].key,
        algorithms=["ES256"],
        audience="bilet-api",
    )

    refreshed = await world.http.post("/sessions/refresh", json={"refresh_token": pupil.tokens["refresh_token"]})
    assert refreshed.headers["cache-control"] == "no-store"
    assert set(claims) == {"iss", "aud", "sub", "role", "sid", "iat", "exp"}
    assert (claims["role"], claims["exp"] - claims["iat"]) == ("student", 300)
    assert "d" not in keys["keys"][0]


async def test_a_wrong_password_and_an_unknown_login_answer_alike(world: World) -> None:
    await registered(world)

    wrong = await world.http.post("/sessions", json={"login": "ersh", "password": "не тот пароль"})
    unknown = await world.http.post("/sessions", json={"login": "nobody", "password": PASSWORD})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_after_five_failures_even_the_right_password_waits(world: World) -> None:
    await registered(world)
    for _ in range(5):
        await world.http.post("/sessions", json={"login": "ersh", "password": "не тот пароль"})

    locked = await world.http.post("/sessions", json={"login": "ersh", "password": PASSWORD})
    await world.rows("UPDATE failed_sign_ins SET locked_until = clock_timestamp()")
    later = await world.http.post("/sessions", json={"login": "ersh", "password": PASSWORD})

    assert (locked.status_code, locked.json()["code"]) == (429, "sign-in-locked")
    assert locked.headers["retry-after"] == "1"
    assert later.status_code == 201
    assert not await world.rows("SELECT 1 FROM failed_sign_ins")


async def test_parallel_guesses_do_not_slip_past_the_lock(world: World) -> None:
    await registered(world)
    body = {"login": "ersh", "password": "не тот пароль"}

    answers = await asyncio.gather(*(world.http.post("/sessions", json=body) for _ in range(12)))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(401) == 5
    assert statuses.count(429) == 7


async def test_refresh_tokens_rotate(world: World) -> None:
    pupil = await registered(world)

    status, first = await refresh(world, pupil.tokens["refresh_token"])
    again, second = await refresh(world, first["refresh_token"])

    assert (status, again) == (200, 200)
    assert len({pupil.tokens["refresh_token"], first["refresh_token"], second["refresh_token"]}) == 3
    assert second["session_id"] == pupil.tokens["session_id"]


async def test_a_refresh_token_used_twice_ends_the_whole_family(world: World) -> None:
    pupil = await registered(world)
    _, newest = await refresh(world, pupil.tokens["refresh_token"])

    stolen = await refresh(world, pupil.tokens["refresh_token"])
    honest = await refresh(world, newest["refresh_token"])

    assert stolen[0] == honest[0] == 401
    assert honest[1]["code"] == "session-ended"


async def test_of_parallel_refreshes_at_most_one_succeeds(world: World) -> None:
    pupil = await registered(world)

    answers = await asyncio.gather(*(refresh(world, pupil.tokens["refresh_token"]) for _ in range(5)))

    assert [status for status, _ in answers].count(200) == 1


async def test_an_expired_refresh_token_is_refused(world: World) -> None:
    pupil = await registered(world)
    await world.rows("UPDATE refresh_tokens SET expires_at = clock_timestamp()")

    assert (await refresh(world, pupil.tokens["refresh_token"]))[0] == 401
    assert (await refresh(world, "made-up"))[0] == 401


async def test_signing_out_ends_the_session(world: World) -> None:
    pupil = await registered(world)

    gone = await pupil.delete("/sessions/current")

    assert gone.status_code == 204
    assert (await refresh(world, pupil.tokens["refresh_token"]))[0] == 401


async def test_whoever_lost_the_role_cannot_refresh(world: World) -> None:
    operator = await world.schools()
    await world.rows("DELETE FROM staff_scopes")

    assert (await refresh(world, operator.tokens["refresh_token"]))[0] == 401
    assert (await operator.post("/imports/schools", b"school_code,name,municipality\n")).status_code == 403


async def test_foreign_expired_and_unsigned_tokens_are_refused(world: World) -> None:
    pupil = await registered(world)
    settings, now = world.settings, datetime.now(UTC)
    foreign = AccessTokens(SigningKey.new().pem(), issuer=settings.token_issuer, audience=settings.token_audience)
    elsewhere = AccessTokens(
        settings.signing_key.get_secret_value(), issuer=settings.token_issuer, audience="another-audience"
    )
    claims = Claims(subject=pupil.id, role="regional-operator", session_id=pupil.id)
    unsigned = jwt.encode(jwt.decode(pupil.tokens["access_token"], options={"verify_signature": False}), "", "none")

    tokens = {
        foreign.issue(claims, now=now): "token-key-unknown",
        elsewhere.issue(claims, now=now): "token-invalid",
        world.parts.tokens.issue(claims, now=now - timedelta(minutes=6)): "token-expired",
        unsigned: "token-key-unknown",
        "rubbish": "token-invalid",
    }

    for token, code in tokens.items():
        answer = await Someone(world.http, {"access_token": token}).get("/me")
        assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_a_pupil_cannot_act_as_staff(world: World) -> None:
    await registered(world)

    answer = await world.http.post(
        "/sessions", json={"login": "ersh", "password": PASSWORD, "role": "regional-operator"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "role-not-yours")


async def test_a_token_for_a_role_without_a_scope_opens_nothing(world: World) -> None:
    pupil = await registered(world)
    claims = Claims(subject=pupil.id, role="regional-operator", session_id=pupil.id)
    forged = Someone(world.http, {"access_token": world.parts.tokens.issue(claims, now=datetime.now(UTC))})

    answer = await forged.post("/imports/schools", b"school_code,name,municipality\n")

    assert (answer.status_code, answer.json()["code"]) == (403, "role-not-allowed")
