"""Who no longer wants or may have e-mail gets none, also of what already waits."""

from uuid import UUID, uuid4

from bilet_contracts.booking import BookingApprovedV1, BookingRequestedV1
from bilet_contracts.identity import StudentActivatedV1, StudentChangedV1
from tests.integration.notifications import facts
from tests.integration.notifications.conftest import Desk


async def silenced(desk: Desk) -> bool:
    await desk.send()
    statuses = {row["status"] for row in await desk.deliveries("email")}
    return statuses == {"silenced"} and desk.mail.letters == []


async def test_a_withdrawal_silences_what_already_waits(desk: Desk, pupil: UUID, asked: UUID) -> None:
    await desk.hear(facts.withdrawn(pupil))

    assert await silenced(desk)
    assert await desk.said("failed") == []


async def test_a_consent_given_again_lets_letters_go(desk: Desk, pupil: UUID, asked: UUID) -> None:
    await desk.hear(facts.withdrawn(pupil), facts.granted(pupil))

    await desk.send()

    assert len(desk.mail.letters) == 1


async def test_an_older_consent_that_comes_later_does_not_break_the_silence(
    desk: Desk, pupil: UUID, asked: UUID
) -> None:
    older, newer = desk.record(facts.granted(pupil)), desk.record(facts.withdrawn(pupil))

    await desk.hear(newer)
    await desk.hear(older)

    assert await silenced(desk)


async def test_a_withdrawal_for_another_purpose_silences_nothing(desk: Desk, pupil: UUID, asked: UUID) -> None:
    await desk.hear(facts.withdrawn(pupil, "results-to-mentor"))

    await desk.send()

    assert len(desk.mail.letters) == 1


async def test_after_a_withdrawal_only_the_inbox_is_told(desk: Desk, pupil: UUID, mother: UUID) -> None:
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, mother),
        facts.withdrawn(pupil),
        facts.booking(BookingRequestedV1, pupil),
    )

    assert await desk.told("inbox") == {("guardian", mother, "approval-requested")}
    assert await desk.told("email") == set()


async def test_who_is_no_longer_guardian_gets_no_letter(desk: Desk, pupil: UUID, asked: UUID) -> None:
    await desk.hear(facts.student(StudentChangedV1, pupil, uuid4()))

    assert await silenced(desk)


async def test_dismissed_staff_get_no_letter(desk: Desk, pupil: UUID, mentor: UUID) -> None:
    desk.book.add(mentor, "mentor@example.test")
    await desk.hear(
        facts.student(StudentActivatedV1, pupil, decides_alone=True),
        facts.booking(BookingApprovedV1, pupil, mentor_staff_id=mentor),
        facts.staff(mentor, roles=()),
    )

    assert await silenced(desk)
