"""What identity says, the texts it has people consent to, and the settings it refuses."""

import base64
from uuid import uuid4

import pytest
from pydantic import ValidationError

from bilet_contracts.base import Event
from bilet_identity.consent_texts import current_texts
from bilet_identity.domain import events as ev
from bilet_identity.domain.consent import Giver, Purpose
from bilet_identity.domain.student import SuspensionReason, snapshot
from bilet_identity.publications import PUBLICATIONS
from bilet_identity.settings import Settings
from bilet_kit.access import ActingRole, Scope
from tests.unit.identity.people import MOTHER, NOW, TODAY, consent, student, tie

PUPIL = student(15, guardians=(MOTHER,))
STATE = snapshot(PUPIL, TODAY)
SCOPE = Scope(role=ActingRole.MENTOR, region_code="63", site_code="63-S01", staff_code="63-M01")
SAID = [
    ev.StudentRegistered(STATE),
    ev.StudentChanged(STATE),
    ev.StudentActivated(STATE),
    ev.StudentSuspended(STATE, SuspensionReason.CONSENT_MISSING),
    ev.GuardianshipVerified(PUPIL.student_id, "63", tie(MOTHER)),
    ev.GuardianshipEnded(PUPIL.student_id, "63", tie(MOTHER)),
    ev.ConsentGranted(PUPIL.student_id, "63", consent(MOTHER)),
    ev.ConsentWithdrawn(
        student_id=PUPIL.student_id,
        region_code="63",
        purpose=Purpose.TRANSFER,
        giver=Giver.GUARDIAN,
        giver_id=MOTHER,
        at=NOW,
    ),
    ev.StaffScopeChanged(staff_id=uuid4(), region_code="63", scopes=(SCOPE,), changed_at=NOW),
]
PUBLISHED_TEXTS = {
    "processing": "734311e96cc7f31b138205510bbac25796f325fbaa7b57ea76bd3831a50d8a0d",
    "transfer": "49cece0ebfc5e1132ea4825bb359ec478b855099e19ef2b0b158e2fd541df61c",
    "results-to-mentor": "dee71380737404c8ab322b741bbef0df8a4ba1a569fa5a28821dffe23f3c56b1",
    "notify-email": "60c8d09fbdcc371be202781a4bdb114771e1e88f3f8d1fff748181f72fe4a697",
}


@pytest.mark.parametrize("event", SAID, ids=lambda event: type(event).__name__)
def test_every_domain_event_that_is_recorded_has_its_contract(event: object) -> None:
    (published,) = PUBLICATIONS.translate(event)

    assert type(published.event).__name__ == f"{type(event).__name__}V1"
    assert type(published.event) in PUBLICATIONS.events
    assert published.event.region_code == "63"


def test_everything_that_is_listed_is_said_by_something() -> None:
    said: set[type[Event]] = {type(published.event) for event in SAID for published in PUBLICATIONS.translate(event)}

    assert said == set(PUBLICATIONS.events)
    assert {type(event) for event in SAID} == set(PUBLICATIONS.translations)


def test_a_published_text_never_changes() -> None:
    assert {text.purpose.value: (text.version, text.sha256) for text in current_texts()} == {
        purpose: ("1", digest) for purpose, digest in PUBLISHED_TEXTS.items()
    }


def test_every_text_has_a_title_and_says_that_it_can_be_taken_back() -> None:
    for text in current_texts():
        assert text.title
        assert "отозвать" in text.text or "отзыве" in text.text


GOOD = {
    "environment": "production",
    "database_url": "postgresql://identity@db/identity",
    "kafka_security_protocol": "SASL_SSL",
    "kafka_user": "identity",
    "kafka_password": "secret",
    "signing_key": "pem",
    "personal_data_key": base64.b64encode(bytes(32)).decode(),
    "public_url": "https://bilet.example",
    "esia_base_url": "https://esia.example",
    "esia_signing_key": "pem",
    "esia_certificate": "pem",
    "esia_public_key": "pem",
    "esia_redirect_uri": "https://bilet.example/callback",
}


def test_a_whole_production_configuration_is_taken() -> None:
    assert Settings.model_validate(GOOD).personal_data_secret == bytes(32)


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_url": "http://bilet.example"},
        {"esia_base_url": "http://esia.example"},
        {"esia_redirect_uri": "http://bilet.example/callback"},
        {"esia_certificate": None},
        {"personal_data_key": base64.b64encode(bytes(16)).decode()},
        {"personal_data_key": "не base64"},
        {"signing_key": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_production_refuses_what_is_good_enough_only_at_home(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(GOOD | wrong)

    assert not any(str(value) in str(refused.value) for value in wrong.values() if value)


def test_no_readable_form_of_a_student_shows_the_birth_date() -> None:
    assert repr(PUPIL.birth_date) not in repr(PUPIL)
