"""E-mail: sent once, to whom it may be sent, whatever breaks on the way."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_notifications.domain.deliveries import MAX_ATTEMPTS, Delivery
from bilet_notifications.sending.carriers import Carrier, Handover, Line
from bilet_notifications.sending.contacts import Contact
from bilet_notifications.settings import Settings
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import EVA, Desk, make_carrier, make_sender


class Crash(BaseException):
    """The process dies here."""


class DyingCarrier:
    """A carrier in front of which the sender dies: before or after it handed the letter over."""

    def __init__(self, carrier: Carrier, *, letters_taken: bool) -> None:
        self.channel = carrier.channel
        self._carrier = carrier
        self._letters_taken = letters_taken

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        async with self._carrier.open() as line:
            self._line = line
            yield self

    async def hand_over(self, delivery: Delivery, contact: Contact) -> Handover:
        if self._letters_taken:
            await self._line.hand_over(delivery, contact)
        raise Crash


async def test_a_letter_reaches_the_guardian_once(desk: Desk, asked: UUID) -> None:
    await desk.send()
    await desk.hurry()
    await desk.send()

    (letter,) = desk.mail.letters
    assert letter["To"] == EVA
    assert letter["Message-ID"] == f"<{asked}@bilet.test>"
    assert letter["Subject"] == "Подтвердите запись на профпробу до 12 августа 2026 г., 10:30 (UTC+4)"
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 1, False)
    (said,) = [event for event in await desk.said("delivered") if event["channel"] == "email"]
    assert (said["delivery_id"], said["maybe_repeated"]) == (str(asked), False)


async def test_a_letter_names_nobody_but_its_reader(desk: Desk, asked: UUID, pupil: UUID) -> None:
    await desk.send()

    (letter,) = desk.mail.letters
    text = letter.as_string() + str(letter.get_body(("plain",))) + str(letter.get_body(("html",)))
    assert str(pupil) not in text
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Здравствуйте, Ева Михайловна!")


async def test_nothing_of_a_contact_is_kept(desk: Desk, asked: UUID) -> None:
    await desk.send()

    (row,) = await desk.rows(
        "SELECT (SELECT string_agg(d::text, '') FROM deliveries d)"
        " || (SELECT string_agg(o::text, '') FROM outbox o) AS everything"
    )
    assert str(asked) in row["everything"]
    assert "eva" not in row["everything"].lower()
    assert "Ева" not in row["everything"]


async def test_a_crash_after_handing_over_repeats_one_letter_and_is_recorded(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    dying = make_sender(settings, desk.book, carrier=DyingCarrier(make_carrier(settings), letters_taken=True))
    with pytest.raises(Crash):
        await dying.run(desk.service.database)

    await desk.hurry()
    await desk.send()

    assert {letter["Message-ID"] for letter in desk.mail.letters} == {f"<{asked}@bilet.test>"}
    assert len(desk.mail.letters) == 2
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 2, True)
    (said,) = [event for event in await desk.said("delivered") if event["channel"] == "email"]
    assert (said["attempts"], said["maybe_repeated"]) == (2, True)


async def test_a_crash_leaves_only_the_letter_in_hand_in_doubt(
    desk: Desk, pupil: UUID, mother: UUID, asked: UUID, settings: Settings
) -> None:
    await desk.hear(*(facts.booking(BookingRequestedV1, pupil) for _ in range(4)))
    dying = make_sender(settings, desk.book, carrier=DyingCarrier(make_carrier(settings), letters_taken=True))
    with pytest.raises(Crash):
        await dying.run(desk.service.database)

    await desk.hurry()
    await desk.send()

    rows = await desk.deliveries("email")
    assert [row["status"] for row in rows] == ["delivered"] * 5
    assert sum(row["maybe_repeated"] for row in rows) == 1
    assert len(desk.mail.letters) == 6


async def test_the_lease_of_a_dead_sender_is_respected_until_it_ends(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    dying = make_sender(settings, desk.book, carrier=DyingCarrier(make_carrier(settings), letters_taken=False))
    with pytest.raises(Crash):
        await dying.run(desk.service.database)

    await desk.send()

    assert desk.mail.letters == []
    (row,) = await desk.deliveries("email")
    assert row["status"] == "sending"


async def test_senders_beside_each_other_send_each_letter_once(
    desk: Desk, pupil: UUID, mother: UUID, asked: UUID, settings: Settings
) -> None:
    await desk.hear(*(facts.booking(BookingRequestedV1, pupil) for _ in range(19)))
    senders = [make_sender(settings, desk.book, batch=5) for _ in range(4)]

    async def drain(number: int) -> None:
        while await senders[number].run(desk.service.database):
            pass

    await asyncio.gather(*(drain(number) for number in range(4)))

    sent = [letter["Message-ID"] for letter in desk.mail.letters]
    assert len(sent) == len(set(sent)) == 20


async def test_an_unavailable_address_book_is_asked_again_later(desk: Desk, asked: UUID) -> None:
    desk.book.status = 503
    await desk.send()
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"]) == ("waiting", 1)
    assert row["next_attempt_at"] > datetime.now(UTC)

    desk.book.status = 200
    await desk.send()
    assert desk.mail.letters == []
    await desk.hurry()
    await desk.send()

    assert len(desk.mail.letters) == 1
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 2, False)


async def test_a_mail_server_that_stays_away_is_given_up_in_the_end(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        sender = make_sender(settings, desk.book, carrier=make_carrier(settings, port=nobody.getsockname()[1]))
        for _ in range(MAX_ATTEMPTS):
            await desk.hurry()
            await sender.run(desk.service.database)

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["failure"], row["attempts"]) == ("failed", "unavailable", MAX_ATTEMPTS)
    (said,) = await desk.said("failed")
    assert (said["delivery_id"], said["reason"]) == (str(asked), "unavailable")


async def test_a_connection_lost_after_the_letter_is_recorded_as_doubt(desk: Desk, asked: UUID) -> None:
    desk.mail.hangs_up = True
    await desk.send()
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["maybe_repeated"]) == ("waiting", True)

    desk.mail.hangs_up = False
    await desk.hurry()
    await desk.send()

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 2, True)
    assert len({letter["Message-ID"] for letter in desk.mail.letters}) == 1


async def test_a_mail_server_that_turns_us_away_fails_no_letter(
    desk: Desk, pupil: UUID, asked: UUID, settings: Settings
) -> None:
    visits: list[int] = []

    async def turn_away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(1)
        writer.write(b"554 5.3.2 not today\r\n")
        await writer.drain()
        writer.close()

    await desk.hear(*(facts.booking(BookingRequestedV1, pupil) for _ in range(3)))
    async with await asyncio.start_server(turn_away, "127.0.0.1", 0) as server:
        sender = make_sender(
            settings, desk.book, carrier=make_carrier(settings, port=server.sockets[0].getsockname()[1])
        )
        await sender.run(desk.service.database)

    rows = await desk.deliveries("email")
    assert {(row["status"], row["attempts"], row["maybe_repeated"]) for row in rows} == {("waiting", 1, False)}
    assert len(visits) == 1


@pytest.mark.parametrize(
    ("answer", "status", "failure"),
    [("550 5.1.1 no such user", "failed", "refused"), ("451 4.3.0 try later", "waiting", None)],
)
async def test_a_refusal_is_final_and_a_delay_is_not(
    desk: Desk, asked: UUID, answer: str, status: str, failure: str | None
) -> None:
    desk.mail.answers[EVA] = answer

    await desk.send()

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["failure"]) == (status, failure)


async def test_one_refused_letter_does_not_hold_the_others(
    desk: Desk, pupil: UUID, mother: UUID, mentor: UUID, asked: UUID
) -> None:
    desk.book.add(mentor, "mentor@example.test")
    desk.mail.answers[EVA] = "550 5.1.1 no such user"
    await desk.hear(facts.booking(BookingApprovedV1, pupil, mentor_staff_id=mentor))

    await desk.send()

    assert [letter["To"] for letter in desk.mail.letters] == ["mentor@example.test"]


async def test_a_recipient_nobody_knows_fails_without_a_letter(desk: Desk, asked: UUID) -> None:
    desk.book.people.clear()

    await desk.send()

    assert desk.mail.letters == []
    (said,) = await desk.said("failed")
    assert said["reason"] == "no-contact"


async def test_a_broken_address_fails_without_a_letter(desk: Desk, mother: UUID, asked: UUID) -> None:
    desk.book.add(mother, "eva@example.test\nBcc: everybody@example.test")

    await desk.send()

    assert desk.mail.letters == []
    (said,) = await desk.said("failed")
    assert said["reason"] == "refused"
