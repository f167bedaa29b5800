"""The stand-in starts only where no real person's data can be."""

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from bilet_esia_standin.cli import app
from bilet_esia_standin.settings import StandinSettings
from bilet_esia_standin.signatures import load_client_key

REST = {"client_certificate": "pem", "signing_key": "pem", "redirect_uris": ("http://bilet.test/",)}


@pytest.mark.parametrize("environment", ["local", "test"])
def test_the_standin_accepts_a_place_without_real_people(environment: str) -> None:
    settings = StandinSettings.model_validate(REST | {"environment": environment})

    assert settings.environment == environment


@pytest.mark.parametrize("environment", ["production", "", "LOCAL", "staging"])
def test_the_standin_refuses_every_other_place(environment: str) -> None:
    with pytest.raises(ValidationError, match="BILET_ENVIRONMENT"):
        StandinSettings.model_validate(REST | {"BILET_ENVIRONMENT": environment})


def test_the_standin_refuses_a_place_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILET_ENVIRONMENT", raising=False)

    with pytest.raises(ValidationError, match="BILET_ENVIRONMENT"):
        StandinSettings.model_validate(REST)


def test_the_command_says_why_it_does_not_start_and_shows_no_key() -> None:
    environment = {
        "BILET_ENVIRONMENT": "production",
        "BILET_ESIA_STANDIN_CLIENT_CERTIFICATE": "secret-a",
        "BILET_ESIA_STANDIN_SIGNING_KEY": "secret-b",
        "BILET_ESIA_STANDIN_REDIRECT_URIS": '["http://bilet.test/"]',
    }

    result = CliRunner().invoke(app, [], env=environment)

    assert result.exit_code == 2
    assert "BILET_ENVIRONMENT" in result.output
    assert "secret" not in result.output


def test_a_key_that_cannot_be_read_is_told_without_showing_it() -> None:
    environment = {
        "BILET_ENVIRONMENT": "test",
        "BILET_ESIA_STANDIN_CLIENT_CERTIFICATE": "secret-a",
        "BILET_ESIA_STANDIN_SIGNING_KEY": "secret-b",
        "BILET_ESIA_STANDIN_REDIRECT_URIS": '["http://bilet.test/"]',
    }

    result = CliRunner().invoke(app, [], env=environment)

    assert result.exit_code == 2
    assert "secret" not in result.output


def test_only_an_rsa_key_is_a_client_key() -> None:
    elliptic = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\n"
        "q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n"
        "-----END PUBLIC KEY-----\n"
    )

    with pytest.raises(ValueError, match="RSA"):
        load_client_key(elliptic)
