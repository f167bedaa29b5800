"""Students as the rules see them, made in one line."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from bilet_identity.domain.consent import Consent, Giver, Purpose
from bilet_identity.domain.guardianship import Guardianship, GuardianshipStatus, VerifiedBy
from bilet_identity.domain.registration import Events, evolve, grant
from bilet_identity.domain.student import Student, StudentStatus

TODAY = date(2026, 7, 7)
NOW = datetime(2026, 7, 7, 9, tzinfo=UTC)
MOTHER, FATHER = uuid4(), uuid4()


def student(age: int = 15, *, guardians: tuple[UUID, ...] = (), active: bool = False) -> Student:
    """Born on 1 January; `active` says the status, whatever the consents."""
    return Student(
        student_id=uuid4(),
        person_id=uuid4(),
        region_code="63",
        school_code="630001",
        grade=8,
        birth_date=date(TODAY.year - age, 1, 1),
        reviewed_on=TODAY,
        status=StudentStatus.ACTIVE if active else StudentStatus.REGISTERED,
        guardianships=tuple(tie(guardian, GuardianshipStatus.VERIFIED) for guardian in guardians),
    )


def tie(guardian: UUID, status: GuardianshipStatus = GuardianshipStatus.PROPOSED) -> Guardianship:
    return Guardianship(guardianship_id=uuid4(), guardian_id=guardian, status=status, verified_by=VerifiedBy.ESIA_CHILD)


def consent(
    giver_id: UUID, purpose: Purpose = Purpose.PROCESSING, *, giver: Giver = Giver.GUARDIAN, version: str = "1"
) -> Consent:
    return Consent(
        consent_id=uuid4(), purpose=purpose, text_version=version, giver=giver, giver_id=giver_id, granted_at=NOW
    )


def own(pupil: Student, purpose: Purpose = Purpose.PROCESSING) -> Consent:
    return consent(pupil.student_id, purpose, giver=Giver.STUDENT)


def after(pupil: Student, events: Events) -> Student:
    for event in events:
        pupil = evolve(pupil, event)
    return pupil


def kinds(events: Events) -> list[str]:
    return [type(event).__name__ for event in events]


def granted(pupil: Student, *given: Consent) -> Student:
    for consent_ in given:
        pupil = after(pupil, grant(pupil, consent_, today=TODAY))
    return pupil
