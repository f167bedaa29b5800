"""Consents are given and withdrawn."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bilet_identity.consent_texts import current_version
from bilet_identity.domain import registration
from bilet_identity.domain.consent import Consent, Giver, Purpose
from bilet_identity.domain.errors import ConsentTextOutdated
from bilet_identity.domain.registration import Events
from bilet_identity.domain.student import Student
from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.students import decide
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A consent as it is given: to what, by which text, and by whom."""

    purpose: Purpose
    text_version: str
    giver: Giver
    giver_id: UUID


async def give_consent(tx: Transaction, vault: Vault, student_id: UUID, agreement: Agreement) -> Student:
    """Record one person's consent to one purpose by one exact text, which may make the student active.

    Raises:
        ConsentTextOutdated: another version is in force.
        NotFound: the giver has nothing to do with the student.
        ConsentNotRequired: a pupil under 14.
    """
    if agreement.text_version != current_version(agreement.purpose):
        raise ConsentTextOutdated
    consent = Consent(
        consent_id=new_id(),
        purpose=agreement.purpose,
        text_version=agreement.text_version,
        giver=agreement.giver,
        giver_id=agreement.giver_id,
        granted_at=tx.now,
    )
    return await decide(tx, vault, student_id, lambda student, today: registration.grant(student, consent, today=today))


async def withdraw_consent(
    tx: Transaction, vault: Vault, *, student_id: UUID, purpose: Purpose, giver: Giver, giver_id: UUID
) -> Student:
    """Withdraw one person's consent; without `processing` the student is suspended.

    Raises:
        NotFound: the giver has nothing to do with the student.
    """

    def decision(student: Student, today: date) -> Events:
        return registration.withdraw(student, purpose, giver=giver, giver_id=giver_id, now=tx.now, today=today)

    return await decide(tx, vault, student_id, decision)
