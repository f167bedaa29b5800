"""Whatever breaks on the way: no letter is lost, none costs another an attempt, and a repeat is recorded."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_notifications.domain.deliveries import LEASE
from bilet_notifications.jobs import expire_messages
from bilet_notifications.settings import Settings
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk, make_carrier, make_sender
from tests.support.waiting import wait_until

HANGS = "hangs@example.test"


def state(rows: list[asyncpg.Record]) -> set[tuple[object, ...]]:
    return {(row["status"], row["attempts"], row["maybe_repeated"], row["next_attempt_at"]) for row in rows}


@asynccontextmanager
async def nobody_listens() -> AsyncIterator[int]:
    """Keep a port to which nobody can connect."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


async def hear_of_families(desk: Desk, count: int) -> None:
    """Let `count` families each be asked to approve a booking."""
    for number in range(count):
        pupil, parent = uuid4(), uuid4()
        desk.book.add(parent, f"parent{number}@example.test")
        await desk.hear(facts.student(StudentActivatedV1, pupil, parent), facts.booking(BookingRequestedV1, pupil))


async def test_a_mailbox_that_hangs_costs_no_other_letter_an_attempt(
    desk: Desk, mother: UUID, asked: UUID, settings: Settings
) -> None:
    desk.book.add(mother, HANGS)
    desk.mail.silent_for.add(HANGS)
    await hear_of_families(desk, 30)
    sender = make_sender(settings, desk.book, carrier=make_carrier(settings, seconds=0.5), connections=2)

    await sender.run(desk.service.database)

    rows = await desk.deliveries("email")
    assert len(desk.mail.letters) == 30
    assert {(row["status"], row["attempts"]) for row in rows if row["delivery_id"] != asked} == {("delivered", 1)}
    (hung,) = [row for row in rows if row["delivery_id"] == asked]
    assert (hung["status"], hung["attempts"], hung["maybe_repeated"]) == ("waiting", 1, True)
    assert await desk.said("failed") == []


async def test_a_mail_server_out_of_reach_costs_no_letter_an_attempt_however_long(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    await hear_of_families(desk, 3)
    async with nobody_listens() as port:
        sender = make_sender(settings, desk.book, carrier=make_carrier(settings, port=port), clock=desk.clock)
        for _ in range(20):
            await desk.hurry()
            await sender.run(desk.service.database)

    assert state(await desk.deliveries("email")) == {("waiting", 0, False, None)}
    await desk.send()
    assert len(desk.mail.letters) == 4


async def test_a_mail_server_that_turns_us_away_fails_no_letter_and_is_left_alone(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    visits: list[int] = []

    async def turn_away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(1)
        writer.write(b"554 5.3.2 not today\r\n")
        await writer.drain()
        writer.close()

    await hear_of_families(desk, 3)
    async with await asyncio.start_server(turn_away, "127.0.0.1", 0) as server:
        carrier = make_carrier(settings, port=server.sockets[0].getsockname()[1])
        sender = make_sender(settings, desk.book, carrier=carrier, connections=1)
        for _ in range(3):
            await sender.run(desk.service.database)

    assert state(await desk.deliveries("email")) == {("waiting", 0, False, None)}
    assert len(visits) == 1


async def test_after_an_outage_one_letter_goes_first(desk: Desk, asked: UUID, settings: Settings) -> None:
    await hear_of_families(desk, 9)
    desk.mail.hangs_up = True
    await desk.sender.run(desk.service.database)
    before = len(desk.mail.letters)
    assert desk.sender.providers.server.is_away

    await desk.hurry()
    await desk.sender.run(desk.service.database)
    assert len(desk.mail.letters) == before + 1

    desk.mail.hangs_up = False
    await desk.hurry()
    await desk.send()
    assert {row["status"] for row in await desk.deliveries("email")} == {"delivered"}


async def test_two_letters_that_always_fail_do_not_stop_the_others(
    desk: Desk, pupil: UUID, mother: UUID, asked: UUID, settings: Settings
) -> None:
    desk.book.add(mother, HANGS)
    desk.mail.silent_for.add(HANGS)
    await desk.hear(facts.booking(BookingRequestedV1, pupil))
    await hear_of_families(desk, 5)
    carrier = make_carrier(settings, seconds=0.3)
    sender = make_sender(settings, desk.book, carrier=carrier, connections=1, clock=desk.clock)

    await sender.run(desk.service.database)
    assert sender.providers.server.is_away
    desk.clock.seconds += 60
    while await sender.run(desk.service.database):
        pass

    statuses = [row["status"] for row in await desk.deliveries("email")]
    assert sorted(statuses) == ["delivered"] * 5 + ["waiting"] * 2


async def test_an_unavailable_address_book_costs_no_letter_an_attempt(desk: Desk, asked: UUID) -> None:
    desk.book.status = 503
    for _ in range(20):
        await desk.hurry()
        await desk.send()
    assert state(await desk.deliveries("email")) == {("waiting", 0, False, None)}

    desk.book.status = 200
    await desk.hurry()
    await desk.send()

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 1, False)


async def test_an_address_book_that_is_away_is_left_alone(desk: Desk, asked: UUID) -> None:
    desk.book.status = 503

    for _ in range(5):
        await desk.send()

    assert len(desk.book.asked) == 1


async def test_a_request_ends_at_its_deadline_and_news_after_three_days(desk: Desk, pupil: UUID, asked: UUID) -> None:
    await desk.hear(facts.booking(BookingApprovedV1, pupil))
    rows = {row["template"]: row for row in await desk.deliveries("email")}

    assert rows["approval-requested"]["expires_at"] == facts.DUE
    lasts = rows["booking-approved"]["expires_at"] - rows["booking-approved"]["created_at"]
    assert lasts == timedelta(hours=72)


async def test_what_waits_expires_although_its_server_is_away(desk: Desk, asked: UUID) -> None:
    desk.sender.providers.server.unreachable()
    await expire_messages(desk.service.database)
    assert await desk.said("failed") == []

    await desk.rows("UPDATE deliveries SET expires_at = business_now()")
    await expire_messages(desk.service.database)

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["failure"], row["attempts"]) == ("failed", "expired", 0)
    (said,) = await desk.said("failed")
    assert (said["delivery_id"], said["reason"]) == (str(asked), "expired")


async def test_a_letter_that_has_expired_is_not_sent(desk: Desk, asked: UUID) -> None:
    await desk.rows("UPDATE deliveries SET expires_at = business_now()")

    await desk.send()

    assert desk.mail.letters == []
    (said,) = await desk.said("failed")
    assert said["reason"] == "expired"


async def test_a_connection_lost_after_the_letter_is_recorded_as_doubt(desk: Desk, asked: UUID) -> None:
    desk.mail.hangs_up = True
    await desk.send()
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["maybe_repeated"]) == ("waiting", True)
    assert row["next_attempt_at"] > datetime.now(UTC)

    desk.mail.hangs_up = False
    await desk.hurry()
    await desk.send()

    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 2, True)
    assert len({letter["Message-ID"] for letter in desk.mail.letters}) == 1


async def test_a_server_that_ends_its_connections_after_some_letters_costs_none_an_attempt(
    desk: Desk, asked: UUID, settings: Settings
) -> None:
    desk.mail.most_letters = 3
    await hear_of_families(desk, 9)

    await make_sender(settings, desk.book, connections=1).run(desk.service.database)

    assert {(row["status"], row["attempts"]) for row in await desk.deliveries("email")} == {("delivered", 1)}


async def test_a_server_that_takes_few_connections_is_well(desk: Desk, asked: UUID, settings: Settings) -> None:
    desk.mail.most_connections = 2
    await hear_of_families(desk, 30)
    sender = make_sender(settings, desk.book, connections=8)

    await sender.run(desk.service.database)

    assert not sender.providers.server.is_away
    assert len(desk.mail.greeted) == 2
    assert {(row["status"], row["attempts"]) for row in await desk.deliveries("email")} == {("delivered", 1)}


async def test_a_worker_told_to_end_finishes_the_letters_in_hand(desk: Desk, asked: UUID, settings: Settings) -> None:
    await hear_of_families(desk, 20)
    work = asyncio.create_task(make_sender(settings, desk.book, connections=2).run(desk.service.database))
    await desk.mail.took(1)

    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    rows = await desk.deliveries("email")
    assert {row["status"] for row in rows} <= {"delivered", "waiting"}
    assert {row["claimed_by"] for row in rows} == {None}
    assert len(desk.mail.letters) == sum(row["status"] == "delivered" for row in rows)


async def test_a_living_sender_renews_the_lease_of_what_it_holds(
    desk: Desk, mother: UUID, asked: UUID, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bilet_notifications.dispatch.RENEWAL_SECONDS", 0.05)
    desk.book.add(mother, HANGS)
    desk.mail.silent_for.add(HANGS)
    sender = make_sender(settings, desk.book, carrier=make_carrier(settings, seconds=3.0))
    work = asyncio.create_task(sender.run(desk.service.database))

    async def is_sending() -> bool:
        (row,) = await desk.deliveries("email")
        return bool(row["status"] == "sending")

    await wait_until(is_sending, 10, what="the letter is in hand")
    await desk.rows("UPDATE deliveries SET next_attempt_at = clock_timestamp() + interval '1 second'")

    async def is_renewed() -> bool:
        (row,) = await desk.deliveries("email")
        return bool(row["next_attempt_at"] > datetime.now(UTC) + LEASE / 2)

    await wait_until(is_renewed, 2, what="the lease is renewed")
    await work


async def test_kill_9_leaves_in_doubt_at_most_what_was_in_flight(desk: Desk, asked: UUID, settings: Settings) -> None:
    connections = 4
    await hear_of_families(desk, 60)
    desk.mail.slow_after = 20
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.lonely_sender", str(settings.database_url), str(desk.mail.port),
        str(connections),
    )  # fmt: skip
    await desk.mail.took(20 + connections)
    program.send_signal(signal.SIGKILL)
    await program.wait()
    in_flight = sum(row["status"] == "sending" for row in await desk.deliveries("email"))

    desk.mail.slow_after = None
    await desk.send()
    still_leased = [row for row in await desk.deliveries("email") if row["status"] in {"claimed", "sending"}]
    assert still_leased
    await desk.hurry()
    await desk.send()

    rows = await desk.deliveries("email")
    assert {row["status"] for row in rows} == {"delivered"}
    assert sum(row["maybe_repeated"] for row in rows) == in_flight <= connections
    sent = [letter["Message-ID"] for letter in desk.mail.letters]
    assert len(set(sent)) == 61
    assert len(sent) - len(set(sent)) <= connections
