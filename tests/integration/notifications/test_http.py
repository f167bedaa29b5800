"""The inbox and the preferences over HTTP: one's own, and nobody else's."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1, StudentChangedV1
from bilet_kit.process.api import create_api
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_api(desk.service))
    await wait_until(lambda: desk.service.verifier.ready)
    async with httpx.AsyncClient(transport=transport, base_url="http://notifications.test") as client:
        yield client


async def test_a_guardian_reads_what_was_written(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID
) -> None:
    booked = facts.booking(BookingRequestedV1, pupil)
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), booked)

    answer = await http.get("/inbox", headers=tokens.headers("guardian", mother))

    assert answer.status_code == 200
    body = answer.json()
    (message,) = body["items"]
    assert message["title"] == "Подтвердите запись на профпробу до среды, 12 августа, 10:30"
    assert (message["student_id"], message["booking_id"]) == (str(pupil), str(booked.booking_id))
    assert (message["template"], message["read_at"]) == ("approval-requested", None)
    assert (body["unread"], body["next_cursor"]) == (1, None)


async def test_the_inbox_is_read_page_by_page_newest_first(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()))
    for stage in (1, 2):
        await desk.hear(facts.stage_completed(pupil, stage))
    await desk.hear(facts.diagnostics_completed(pupil))
    headers = tokens.headers("student", pupil)

    first = (await http.get("/inbox", params={"limit": 2}, headers=headers)).json()
    second = (await http.get("/inbox", params={"limit": 2, "cursor": first["next_cursor"]}, headers=headers)).json()

    titles = [message["title"] for message in first["items"] + second["items"]]
    assert titles == [
        "Третий этап пройден: открыта запись на профпробы",
        "Этап 2 пройден: обратная связь готова",
        "Этап 1 пройден: обратная связь готова",
    ]
    assert second["next_cursor"] is None
    assert first["unread"] == second["unread"] == 3


async def test_a_message_is_read_once(desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()), facts.stage_completed(pupil))
    headers = tokens.headers("student", pupil)
    (message,) = (await http.get("/inbox", headers=headers)).json()["items"]

    first = await http.post(f"/inbox/{message['id']}/read", headers=headers)
    second = await http.post(f"/inbox/{message['id']}/read", headers=headers)

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert (await http.get("/inbox", headers=headers)).json()["unread"] == 0


async def test_a_strangers_message_does_not_exist(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))
    (row,) = await desk.deliveries("inbox")

    for role, asker in (("guardian", uuid4()), ("student", pupil), ("student", mother), ("mentor", mother)):
        headers = tokens.headers(role, asker)
        answer = await http.post(f"/inbox/{row['delivery_id']}/read", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "message-not-found")
        assert (await http.get("/inbox", headers=headers)).json()["items"] == []
    (row,) = await desk.deliveries("inbox")
    assert row["read_at"] is None


async def test_an_e_mail_is_no_message_of_the_inbox(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))
    (row,) = await desk.deliveries("email")

    answer = await http.post(f"/inbox/{row['delivery_id']}/read", headers=tokens.headers("guardian", mother))

    assert answer.status_code == 404


@pytest.mark.parametrize("change", [{"guardian_ids": ()}, {"decides_alone": True}])
async def test_who_is_no_longer_guardian_sees_nothing_any_more(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID, change: dict[str, object]
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))
    await desk.hear(facts.student(StudentChangedV1, pupil, mother, **change))
    (row,) = await desk.deliveries("inbox")
    headers = tokens.headers("guardian", mother)

    inbox = (await http.get("/inbox", headers=headers)).json()
    marked = await http.post(f"/inbox/{row['delivery_id']}/read", headers=headers)

    assert (inbox["items"], inbox["unread"]) == ([], 0)
    assert marked.status_code == 404


async def test_a_switched_off_e_mail_silences_what_already_waits(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID
) -> None:
    desk.book.add(mother, "eva@example.test")
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother), facts.booking(BookingRequestedV1, pupil))
    headers = tokens.headers("guardian", mother)
    assert (await http.get("/preferences", headers=headers)).json() == {"channels": {"email": True}}

    switched = await http.put("/preferences", json={"channels": {"email": False}}, headers=headers)
    await desk.send()

    assert switched.json() == (await http.get("/preferences", headers=headers)).json() == {"channels": {"email": False}}
    assert desk.mail.letters == []


async def test_ones_own_switch_silences_nobody_else(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, mother: UUID, mentor: UUID
) -> None:
    desk.book.add(mentor, "mentor@example.test")
    await http.put("/preferences", json={"channels": {"email": False}}, headers=tokens.headers("guardian", mother))
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, mother),
        facts.booking(BookingApprovedV1, pupil, mentor_staff_id=mentor),
    )

    await desk.send()

    assert [letter["To"] for letter in desk.mail.letters] == ["mentor@example.test"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/inbox"), ("POST", f"/inbox/{UUID(int=1)}/read"), ("GET", "/preferences"), ("PUT", "/preferences")],
)
async def test_nothing_is_answered_without_a_token(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, json={"channels": {"email": False}})

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", "/inbox?limit=0", None, "limit"),
        ("GET", "/inbox?limit=101", None, "limit"),
        ("GET", "/inbox?cursor=yesterday", None, "cursor"),
        ("POST", "/inbox/one/read", None, "message_id"),
        ("PUT", "/preferences", {}, "channels"),
        ("PUT", "/preferences", {"channels": {"email": "often"}}, "channels.email"),
        ("PUT", "/preferences", {"channels": {"email": True}, "sms": True}, "sms"),
    ],
)
async def test_a_malformed_request_is_told_which_field(
    http: httpx.AsyncClient, tokens: TokenMaker, method: str, path: str, body: object, field: str
) -> None:
    answer = await http.request(method, path, json=body, headers=tokens.headers("student", uuid4()))

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("channel", ["inbox", "pigeon"])
async def test_the_inbox_and_channels_nobody_has_cannot_be_switched(
    http: httpx.AsyncClient, tokens: TokenMaker, channel: str
) -> None:
    headers = tokens.headers("student", uuid4())
    before = (await http.get("/preferences", headers=headers)).json()

    answer = await http.put("/preferences", json={"channels": {channel: False, "email": False}}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "channel-not-switchable")
    assert (await http.get("/preferences", headers=headers)).json() == before


async def test_channels_that_are_not_named_stay_as_they_are(http: httpx.AsyncClient, tokens: TokenMaker) -> None:
    headers = tokens.headers("student", uuid4())
    await http.put("/preferences", json={"channels": {"email": False}}, headers=headers)

    answer = await http.put("/preferences", json={"channels": {}}, headers=headers)

    assert answer.json() == {"channels": {"email": False}}
