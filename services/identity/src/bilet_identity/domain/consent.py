"""Consent: one purpose, one exact text version, one person consenting, one student; granted, then perhaps withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    """A use of personal data that needs consent."""

    PROCESSING = "processing"
    TRANSFER = "transfer"
    RESULTS_TO_MENTOR = "results-to-mentor"
    NOTIFY_EMAIL = "notify-email"


class Giver(StrEnum):
    """Who consents: the pupil, or a guardian for the pupil."""

    STUDENT = "student"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent as given; in force until `withdrawn_at`."""

    consent_id: UUID
    purpose: Purpose
    text_version: str
    giver: Giver
    giver_id: UUID
    granted_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        """Granted and not withdrawn."""
        return self.withdrawn_at is None

    def given_by(self, giver_id: UUID, purpose: Purpose) -> bool:
        """Whether this person gave it for this purpose."""
        return self.giver_id == giver_id and self.purpose == purpose


def in_force(consents: Iterable[Consent], giver_id: UUID, purpose: Purpose) -> bool:
    """Whether a person's consent to a purpose stands."""
    return any(consent.in_force and consent.given_by(giver_id, purpose) for consent in consents)


def taken_back(consents: Iterable[Consent], giver_id: UUID, purpose: Purpose) -> bool:
    """Whether a person consented to a purpose once, withdrew, and has not consented again."""
    own = [consent for consent in consents if consent.given_by(giver_id, purpose)]
    return bool(own) and not any(consent.in_force for consent in own)
