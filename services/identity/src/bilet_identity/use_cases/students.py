"""A pupil joins: registers, or claims a place in a school's roster; invites guardians and agrees to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from bilet_identity.domain import registration
from bilet_identity.domain.birth_dates import check_pupil_age
from bilet_identity.domain.codes import new_code
from bilet_identity.domain.errors import CodeInvalid, GuardianNotNeeded, NotFound, TooManyInvitations, UnknownSchool
from bilet_identity.domain.guardianship import Guardianship, GuardianshipStatus, VerifiedBy
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.registration import Events
from bilet_identity.domain.season import check_registration
from bilet_identity.domain.student import Student
from bilet_identity.storage import accounts, directory, guardians, people, rosters, students
from bilet_identity.storage.accounts import Account
from bilet_identity.storage.people import PersonalData
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.seasons import seasons_of
from bilet_kit.events.decisions import Decision as Decided
from bilet_kit.events.decisions import take_effect
from bilet_kit.ids import new_id, new_pseudonym
from bilet_kit.storage.database import Transaction

INVITATION_TERM = timedelta(days=7)
OPEN_INVITATIONS = 5

Decision = Callable[[Student, date], Events]


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A login with the hash of its password."""

    login: str
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Registration:
    """A pupil's own registration; without a region the school's code has to be unique."""

    person: PersonalData
    birth_date: date
    region_code: str | None
    school_code: str
    grade: int


async def register_student(tx: Transaction, vault: Vault, form: Registration, credentials: Credentials) -> Student:
    """Open an account by the pupil's own choice.

    Raises:
        UnknownSchool: no such school, or several regions have this code and none was named.
        RegistrationClosed: outside the region's season.
        InvalidBirthDate: not the age of a pupil of grade 6–11.
        LoginTaken: another account has the login.
    """
    region = await directory.region_of_school(tx, form.region_code, form.school_code)
    if region is None:
        raise UnknownSchool
    check_registration(await seasons_of(tx, region), region, now=tx.now)
    today = local_date(region, tx.now)
    check_pupil_age(form.birth_date, today=today)
    new = _NewStudent(region, form.school_code, form.grade, form.birth_date, today)
    return await _open_account(tx, vault, form.person, credentials, new)


async def claim_roster_entry(
    tx: Transaction, vault: Vault, code: str, credentials: Credentials, *, email: str | None
) -> Student:
    """Open an account for a pupil whom a school invited, and propose the guardians who were waiting.

    Raises:
        CodeInvalid: unknown, claimed or expired.
        RegistrationClosed: outside the region's season; the code stays good.
        LoginTaken: another account has the login.
    """
    entry = await rosters.take_entry(tx, vault, code)
    if entry is None:
        raise CodeInvalid
    today = local_date(entry.region_code, tx.now)
    if entry.disappears_on <= today:
        raise CodeInvalid
    check_registration(await seasons_of(tx, entry.region_code), entry.region_code, now=tx.now)
    person = PersonalData(name=entry.name, birth_date=entry.birth_date, snils=entry.snils, email=email)
    new = _NewStudent(entry.region_code, entry.school_code, entry.grade, entry.birth_date, today)
    student = await _open_account(tx, vault, person, credentials, new)
    await rosters.mark_claimed(tx, entry.entry_id, student.student_id)
    return await _propose_waiting(tx, student, await guardians.proposals(tx, entry.entry_id), today)


async def invite_guardian(tx: Transaction, vault: Vault, student_id: UUID) -> tuple[UUID, str]:
    """Make a code that the pupil gives to a parent; the invitation's id and the code, shown only now.

    Raises:
        GuardianNotNeeded: the student is 18.
        TooManyInvitations: five are open.
    """
    student = await students.load(tx, vault, student_id)
    if student.decides_alone(local_date(student.region_code, tx.now)):
        raise GuardianNotNeeded
    if await guardians.open_invitations(tx, student_id) >= OPEN_INVITATIONS:
        raise TooManyInvitations
    code = new_code()
    return await guardians.add_invitation(tx, vault, student_id, code, expires_at=tx.now + INVITATION_TERM), code


async def accept_guardianship(
    tx: Transaction, vault: Vault, guardianship_id: UUID, *, student_id: UUID
) -> Guardianship:
    """Accept a guardian who found the pupil in ESIA's list of children.

    Raises:
        NotFound: not this student's guardianship.
    """
    decided = await decide(
        tx, vault, student_id, lambda student, today: registration.accept(student, guardianship_id, today=today)
    )
    return _tie(decided, guardianship_id)


async def end_guardianship(
    tx: Transaction, vault: Vault, guardianship_id: UUID, *, by_student: UUID | None, by_guardian: UUID | None
) -> None:
    """End or decline a guardianship, from either side and without a reason.

    Raises:
        NotFound: the asker is neither side.
    """
    student_id = await students.student_of(tx, guardianship_id)

    def decision(student: Student, today: date) -> Events:
        tie = _tie(student, guardianship_id)
        if by_student != student.student_id and by_guardian != tie.guardian_id:
            raise NotFound
        return registration.end(student, guardianship_id, today=today)

    await decide(tx, vault, student_id, decision)


async def decide(tx: Transaction, vault: Vault, student_id: UUID, decision: Decision) -> Student:
    """Load and lock a student, decide, and let the decision take effect.

    Raises:
        NotFound: there is no such student; and whatever the decision raises.
    """
    student = await students.load(tx, vault, student_id)
    today = local_date(student.region_code, tx.now)
    return await take_students_effect(tx, student, decision(student, today), today=today)


async def take_students_effect(tx: Transaction, student: Student, events: Events, *, today: date) -> Student:
    """Save and record what was decided about a student on a day of the region; the student after it."""
    save = partial(students.save, reviewed_on=today)
    (after,) = await take_effect(tx, [Decided(student, events)], evolve=registration.evolve, save=save)
    return after


def new_tie(guardian_id: UUID, verified_by: VerifiedBy) -> Guardianship:
    """Make a guardianship that only the guardian has agreed to yet."""
    return Guardianship(
        guardianship_id=new_id(),
        guardian_id=guardian_id,
        status=GuardianshipStatus.PROPOSED,
        verified_by=verified_by,
    )


@dataclass(frozen=True, slots=True, repr=False)
class _NewStudent:
    region_code: str
    school_code: str
    grade: int
    birth_date: date
    today: date


async def _open_account(
    tx: Transaction, vault: Vault, person: PersonalData, credentials: Credentials, new: _NewStudent
) -> Student:
    student = Student(
        student_id=new_pseudonym(),
        person_id=new_id(),
        region_code=new.region_code,
        school_code=new.school_code,
        grade=new.grade,
        birth_date=new.birth_date,
        reviewed_on=new.today,
    )
    await people.add(tx, vault, (student.person_id, person))
    await students.add(tx, student)
    tx.record(*registration.register(student, today=new.today))
    account = Account(subject_id=student.student_id, kind="student", password_hash=credentials.password_hash)
    await accounts.add(tx, vault, account, login=credentials.login)
    return student


async def _propose_waiting(tx: Transaction, student: Student, guardian_ids: Sequence[UUID], today: date) -> Student:
    for guardian_id in () if student.decides_alone(today) else guardian_ids:
        events = registration.propose(student, new_tie(guardian_id, VerifiedBy.ESIA_CHILD), today=today)
        student = await take_students_effect(tx, student, events, today=today)
    return student


def _tie(student: Student, guardianship_id: UUID) -> Guardianship:
    for tie in student.guardianships:
        if tie.guardianship_id == guardianship_id:
            return tie
    raise NotFound
