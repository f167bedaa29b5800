"""A production installation refuses local conveniences."""

import pytest
from pydantic import ValidationError

from bilet_notifications.settings import Settings

PRODUCTION = {
    "environment": "production",
    "database_url": "postgresql://notifications@db/notifications",
    "kafka_security_protocol": "SASL_SSL",
    "kafka_user": "notifications",
    "kafka_password": "secret",
    "service_signing_key": "pem",
    "smtp_from": "bilet@bilet.example",
    "smtp_start_tls": True,
    "public_url": "https://bilet.example",
}


def test_a_complete_production_installation_starts() -> None:
    assert Settings.model_validate(PRODUCTION).smtp_from == "bilet@bilet.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_signing_key", None),
        ("smtp_from", "bilet@bilet.local"),
        ("smtp_start_tls", False),
        ("public_url", "http://bilet.example"),
    ],
)
def test_production_refuses_a_local_convenience(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=f"BILET_{name.upper()}"):
        Settings.model_validate(PRODUCTION | {name: value})


def test_a_local_installation_needs_a_database_only() -> None:
    settings = Settings.model_validate({"environment": "local", "database_url": PRODUCTION["database_url"]})

    assert settings.service_signing_key is None
