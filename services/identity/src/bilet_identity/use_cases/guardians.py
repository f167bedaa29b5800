"""A guardian comes through ESIA, is matched to a child and confirms it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from bilet_identity.domain import registration
from bilet_identity.domain.birth_dates import ADULT_AGE, age_on
from bilet_identity.domain.errors import AccountNotConfirmed, CodeInvalid, GuardianUnderage, NotFound
from bilet_identity.domain.guardianship import Guardianship, VerifiedBy
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.regions import local_date
from bilet_identity.esia import EsiaChild, EsiaPerson
from bilet_identity.security.tokens import new_secret
from bilet_identity.storage import guardians, people, students
from bilet_identity.storage.guardians import Child, SignIn, SignInCode
from bilet_identity.storage.people import PersonalData
from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.students import decide, new_tie
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction

STATE_TERM = timedelta(minutes=10)
SIGN_IN_CODE_TERM = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The outcome of a guardian's confirmation; without a guardianship it awaits the pupil's claim."""

    student_id: UUID | None
    guardianship: Guardianship | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """The children whom a guardian decides for or may confirm: ESIA's list, present ties, invitations."""

    listed: tuple[Child, ...]
    ties: tuple[tuple[UUID, Guardianship], ...]
    invited_by: tuple[UUID, ...]
    names: dict[UUID, PersonName]


async def begin_sign_in(
    tx: Transaction, vault: Vault, *, code_challenge: str, invitation_code: str | None, now: datetime
) -> str:
    """Make the state that is sent to ESIA, which works once and for ten minutes of real time.

    Raises:
        CodeInvalid: the invitation's code is unknown, used or expired.
    """
    invitation = None
    if invitation_code is not None:
        invitation = await guardians.find_invitation(tx, vault, invitation_code)
        if invitation is None:
            raise CodeInvalid
    state = new_secret()
    invitation_id = invitation.invitation_id if invitation else None
    await guardians.begin_sign_in(tx, vault, state, SignIn(invitation_id, code_challenge), expires_at=now + STATE_TERM)
    return state


async def take_sign_in(tx: Transaction, vault: Vault, state: str, *, now: datetime) -> SignIn:
    """Use a state up.

    Raises:
        CodeInvalid: unknown, used or expired.
    """
    sign_in = await guardians.take_sign_in(tx, vault, state, now=now)
    if sign_in is None:
        raise CodeInvalid
    return sign_in


async def complete_sign_in(tx: Transaction, vault: Vault, person: EsiaPerson, sign_in: SignIn, *, now: datetime) -> str:
    """Save who came from ESIA, with the children it lists; a one-time code for the browser.

    Raises:
        AccountNotConfirmed: ESIA knows the person only by an unconfirmed account.
        GuardianUnderage: younger than 18.
    """
    if not person.trusted:
        raise AccountNotConfirmed
    if age_on(person.birth_date, tx.now.date()) < ADULT_AGE:
        raise GuardianUnderage
    guardian_id = await _write_guardian(tx, vault, person)
    await guardians.replace_children(tx, vault, guardian_id, [_child(child) for child in person.children])
    if sign_in.invitation_id is not None:
        await guardians.bind_invitation(tx, sign_in.invitation_id, guardian_id)
    code = new_secret()
    signed_in = SignInCode(guardian_id, sign_in.code_challenge)
    await guardians.add_sign_in_code(tx, vault, code, signed_in, expires_at=now + SIGN_IN_CODE_TERM)
    return code


async def children(tx: Transaction, vault: Vault, guardian_id: UUID) -> Children:
    """List the children whom a guardian decides for or may confirm, with the names of those already tied."""
    ties = await students.of_guardian(tx, guardian_id)
    invited_by = await guardians.invited_students(tx, guardian_id)
    tied = await students.read_many(tx, vault, [student_id for student_id, _ in ties])
    owners = {s.student_id: s.person_id for s in tied if not s.decides_alone(local_date(s.region_code, tx.now))}
    names = await people.names(tx, vault, owners.values())
    return Children(
        listed=tuple(await guardians.children(tx, vault, guardian_id, today=tx.now.date())),
        ties=tuple((student_id, tie) for student_id, tie in ties if student_id in owners),
        invited_by=tuple(invited_by),
        names={student_id: names[person_id] for student_id, person_id in owners.items()},
    )


async def confirm_by_code(tx: Transaction, vault: Vault, guardian_id: UUID, code: str) -> Confirmation:
    """Accept a pupil's invitation, as the guardian.

    Raises:
        CodeInvalid: unknown, used, expired, or another guardian's.
    """
    invitation = await guardians.find_invitation(tx, vault, code, guardian_id=guardian_id)
    if invitation is None:
        raise CodeInvalid
    return await _accept_invitation(tx, vault, guardian_id, invitation.student_id, invitation.invitation_id)


async def confirm_student(tx: Transaction, vault: Vault, guardian_id: UUID, student_id: UUID) -> Confirmation:
    """Confirm a student who invited the guardian, or whom ESIA lists as the guardian's child.

    Raises:
        NotFound: neither; whether there is such a student is not told.
    """
    invitation = await guardians.bound_invitation(tx, student_id, guardian_id)
    if invitation is not None:
        return await _accept_invitation(tx, vault, guardian_id, student_id, invitation.invitation_id)
    listed = await guardians.children(tx, vault, guardian_id, today=tx.now.date())
    if student_id not in {child.student_id for child in listed}:
        raise NotFound
    return await _propose(tx, vault, guardian_id, student_id)


async def confirm_child(tx: Transaction, vault: Vault, guardian_id: UUID, child_id: UUID) -> Confirmation:
    """Confirm a child of ESIA's list: a student, or one whom a school has invited.

    Raises:
        NotFound: not in the list, or matching nobody.
    """
    listed = await guardians.children(tx, vault, guardian_id, today=tx.now.date())
    child = next((child for child in listed if child.child_id == child_id), None)
    if child is not None and child.student_id is not None:
        return await _propose(tx, vault, guardian_id, child.student_id)
    if child is not None and child.entry_id is not None:
        await guardians.propose_entry(tx, guardian_id, child.entry_id)
        return Confirmation(None, None)
    raise NotFound


async def _accept_invitation(
    tx: Transaction, vault: Vault, guardian_id: UUID, student_id: UUID, invitation_id: UUID
) -> Confirmation:
    tie = new_tie(guardian_id, VerifiedBy.INVITATION)
    student = await decide(
        tx,
        vault,
        student_id,
        lambda student, today: registration.confirm_by_invitation(student, tie, today=today),
    )
    await guardians.use_invitation(tx, invitation_id, guardian_id)
    return Confirmation(student_id, student.tie_of(guardian_id))


async def _propose(tx: Transaction, vault: Vault, guardian_id: UUID, student_id: UUID) -> Confirmation:
    tie = new_tie(guardian_id, VerifiedBy.ESIA_CHILD)
    student = await decide(
        tx,
        vault,
        student_id,
        lambda student, today: registration.propose(student, tie, today=today),
    )
    return Confirmation(student_id, student.tie_of(guardian_id))


async def _write_guardian(tx: Transaction, vault: Vault, person: EsiaPerson) -> UUID:
    data = PersonalData(
        name=PersonName(person.last_name, person.first_name, person.patronymic),
        birth_date=person.birth_date,
        snils=_digits(person.snils),
        email=person.email,
        phone=person.phone,
    )
    known = await guardians.find(tx, vault, person.oid)
    if known is not None:
        guardian_id, person_id = known
        await people.change(tx, vault, person_id, data)
        return guardian_id
    person_id = new_id()
    await people.add(tx, vault, (person_id, data))
    return await guardians.add(tx, vault, person.oid, person_id)


def _child(child: EsiaChild) -> tuple[PersonName, date, str | None]:
    name = PersonName(child.last_name, child.first_name, child.patronymic)
    return name, child.birth_date, _digits(child.snils)


def _digits(snils: str | None) -> str | None:
    """Keep the digits of a СНИЛС that ESIA has verified already."""
    return re.sub(r"\D", "", snils) if snils else None
