"""E-mail: sent once, to whom it may be sent, in words that its reader understands."""

import asyncio
from uuid import UUID, uuid4

import pytest

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.settings import Settings
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import EVA, Desk, in_class, make_sender
from tests.integration.notifications.mail_server import plain


async def test_a_letter_reaches_the_guardian_once(desk: Desk, asked: UUID) -> None:
    await desk.send()
    await desk.hurry()
    await desk.send()

    (letter,) = desk.mail.letters
    assert letter["To"] == EVA
    assert letter["Message-ID"] == f"<{asked}@bilet.test>"
    assert letter["Subject"] == "Подтвердите запись на профпробу до среды, 12 августа, 10:30"
    (row,) = await desk.deliveries("email")
    assert (row["status"], row["attempts"], row["maybe_repeated"]) == ("delivered", 1, False)
    (said,) = await desk.said("delivered")
    assert (said["delivery_id"], said["channel"], said["maybe_repeated"]) == (str(asked), "email", False)


async def test_a_letter_names_nobody_but_its_reader(desk: Desk, asked: UUID, pupil: UUID) -> None:
    await desk.send()

    (letter,) = desk.mail.letters
    assert str(pupil) not in letter.as_string() + plain(letter) + str(letter.get_body(("html",)))
    assert plain(letter).startswith("Здравствуйте, Ева Михайловна!")


async def test_a_letter_says_what_the_catalogue_calls_things(desk: Desk, asked: UUID) -> None:
    await desk.hear(facts.site(), facts.competency())

    await desk.send()

    (letter,) = desk.mail.letters
    words = " ".join(plain(letter).split())
    assert (
        "запись на профпробу «Сварочные технологии»: в субботу, 15 августа, в 10:00 по самарскому времени, "
        "Поволжский колледж (г. Речной, ул. Луговая, 12). Участник: ваш ребёнок (8 класс)."
    ) in words
    assert "63-" not in words


async def test_a_child_is_named_to_a_guardian_of_several_and_to_no_other(
    desk: Desk, pupil: UUID, mother: UUID, asked: UUID
) -> None:
    father, brother = uuid4(), uuid4()
    desk.book.add(father, "father@example.test")
    desk.book.add(pupil, "pupil@example.test", first_name="Ульяна")
    await desk.hear(
        facts.student(StudentActivatedV1, brother, mother, grade=6),
        facts.student(StudentActivatedV1, pupil, mother, father),
        facts.booking(BookingRequestedV1, pupil),
    )

    await desk.send()

    texts = {letter["To"]: plain(letter) for letter in desk.mail.letters}
    assert "Участник: Ульяна (8 класс)." in texts[EVA]
    assert "Участник: ваш ребёнок (8 класс)." in texts["father@example.test"]


async def test_nothing_of_a_contact_is_kept(desk: Desk, asked: UUID) -> None:
    await desk.send()

    (row,) = await desk.rows(
        "SELECT (SELECT string_agg(d::text, '') FROM deliveries d)"
        " || (SELECT string_agg(o::text, '') FROM outbox o) AS everything"
    )
    assert str(asked) in row["everything"]
    assert "eva" not in row["everything"].lower()
    assert "Ева" not in row["everything"]


async def test_senders_beside_each_other_send_each_letter_once(
    desk: Desk, pupil: UUID, asked: UUID, settings: Settings
) -> None:
    await desk.hear(*(facts.booking(BookingRequestedV1, pupil) for _ in range(59)))
    senders = [make_sender(settings, desk.book, batch=5, connections=3) for _ in range(4)]

    await asyncio.gather(*(sender.run(desk.service.database) for sender in senders))

    sent = [letter["Message-ID"] for letter in desk.mail.letters]
    assert len(sent) == len(set(sent)) == 60
    assert {row["attempts"] for row in await desk.deliveries("email")} == {1}


async def test_an_urgent_letter_waits_behind_no_bulk(desk: Desk, pupil: UUID, mother: UUID, settings: Settings) -> None:
    desk.book.add(mother, EVA)
    await desk.hear(facts.student(StudentActivatedV1, pupil, mother))
    await desk.hear(*(facts.booking(BookingApprovedV1, pupil) for _ in range(200)))
    bulk = in_class(make_sender(settings, desk.book, connections=2), Urgency.ORDINARY)
    sending = asyncio.create_task(bulk.run(desk.service.database))
    await desk.mail.took(1)

    await desk.hear(facts.booking(BookingRequestedV1, pupil))
    await desk.sender.run(desk.service.database)

    behind = [row for row in await desk.deliveries("email") if row["status"] not in {"delivered", "sending"}]
    urgent = [letter for letter in desk.mail.letters if letter["Subject"].startswith("Подтвердите")]
    assert len(urgent) == 1
    assert behind
    await sending


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
    assert (row["status"], row["failure"], row["attempts"]) == (status, failure, 1)


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
