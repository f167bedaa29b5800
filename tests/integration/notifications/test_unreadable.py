"""What cannot be rendered stands in nobody's way: it is given up, said, and resent once its cause is mended."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_kit.process.api import create_api
from bilet_notifications.commands.resending import resend_all
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

SPOILS = [
    "variables = variables - 'starts_at'",
    """variables = variables || '{"timezone": "Europe/Nowhere"}'""",
    "template = 'a-template-of-nobody'",
]


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_api(desk.service))
    await wait_until(lambda: desk.service.verifier.ready)
    async with httpx.AsyncClient(transport=transport, base_url="http://notifications.test") as client:
        yield client


@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_letter_nobody_could_read_is_given_up_and_the_others_go(
    desk: Desk, pupil: UUID, asked: UUID, spoil: str
) -> None:
    await desk.rows(f"UPDATE deliveries SET {spoil} WHERE channel = 'email'")
    await desk.hear(facts.booking(BookingRequestedV1, pupil))

    await desk.send()

    rows = {row["delivery_id"]: row for row in await desk.deliveries("email")}
    assert (rows[asked]["status"], rows[asked]["failure"], rows[asked]["attempts"]) == ("failed", "unrenderable", 0)
    assert {row["status"] for key, row in rows.items() if key != asked} == {"delivered"}
    (said,) = await desk.said("failed")
    assert (said["delivery_id"], said["reason"]) == (str(asked), "unrenderable")


@pytest.mark.parametrize("spoil", SPOILS)
async def test_an_inbox_shows_the_rest(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID, spoil: str
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()))
    await desk.hear(facts.booking(BookingApprovedV1, pupil), facts.stage_completed(pupil))
    await desk.rows(
        f"UPDATE deliveries SET {spoil} WHERE channel = 'inbox' AND recipient_id = $1 AND template = 'booking-approved'",
        pupil,
    )
    headers = tokens.headers("student", pupil)

    answers = [await http.get("/inbox", headers=headers) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 200
        assert [one["template"] for one in answer.json()["items"]] == ["feedback-ready"]
        assert answer.json()["unread"] == 1
    (said,) = await desk.said("failed")
    assert (said["channel"], said["reason"]) == ("inbox", "unrenderable")


async def test_pages_of_an_inbox_lead_past_what_cannot_be_shown(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, pupil: UUID
) -> None:
    await desk.hear(facts.student(StudentActivatedV1, pupil, uuid4()))
    await desk.hear(*(facts.stage_completed(pupil, 1) for _ in range(3)))
    newest = (await desk.deliveries("inbox"))[-1]["delivery_id"]
    await desk.rows("UPDATE deliveries SET template = 'nothing' WHERE delivery_id = $1", newest)
    headers = tokens.headers("student", pupil)

    first = (await http.get("/inbox", params={"limit": 1}, headers=headers)).json()
    second = (await http.get("/inbox", params={"limit": 2, "cursor": first["next_cursor"]}, headers=headers)).json()

    assert first["items"] == []
    assert len(second["items"]) == 2


async def test_what_was_unreadable_is_resent_once_its_cause_is_mended(
    desk: Desk, http: httpx.AsyncClient, tokens: TokenMaker, mother: UUID, asked: UUID
) -> None:
    await desk.rows("UPDATE deliveries SET template = 'spoiled'")
    headers = tokens.headers("guardian", mother)
    await desk.send()
    assert (await http.get("/inbox", headers=headers)).json()["items"] == []

    await desk.rows("UPDATE deliveries SET template = 'approval-requested'")
    resent = await resend_all(desk.service, "unrenderable")
    await desk.send()

    assert resent == 2
    assert [letter["Message-ID"] for letter in desk.mail.letters] == [f"<{asked}@bilet.test>"]
    assert len((await http.get("/inbox", headers=headers)).json()["items"]) == 1
    assert await resend_all(desk.service, "unrenderable") == 0


async def test_a_newer_releases_text_is_left_to_it(desk: Desk, asked: UUID) -> None:
    await desk.rows("UPDATE deliveries SET template_version = 99")

    await desk.send()

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"]) == ("waiting", 0)
