"""Who reaches Kafka has a name there, secrets may come from mounted files, and production is never open."""

import os
import ssl
from pathlib import Path

import pytest
from pydantic import ValidationError

from bilet_kit.bus import connection_of, security_of
from bilet_kit.settings import KafkaSettings, ServiceSettings
from bilet_local.certificates import issue

SASL = {"kafka_security_protocol": "SASL_SSL", "kafka_user": "booking", "kafka_password": "secret"}
DATABASE = "postgresql://nobody@127.0.0.1/nothing"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BILET_")]:
        monkeypatch.delenv(name)


def settings(**values: object) -> KafkaSettings:
    return KafkaSettings.model_validate({"environment": "test", **values})


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SASL_PLAINTEXT"])
def test_production_refuses_a_bus_without_encryption(protocol: str) -> None:
    with pytest.raises(ValidationError, match="production needs BILET_KAFKA_SECURITY_PROTOCOL"):
        settings(**SASL | {"environment": "production", "kafka_security_protocol": protocol})


def test_production_refuses_a_client_without_a_name() -> None:
    with pytest.raises(ValidationError, match="production needs BILET_KAFKA_CERTIFICATE"):
        settings(environment="production", kafka_security_protocol="SSL")


def test_what_says_nothing_about_the_bus_is_refused_as_production() -> None:
    with pytest.raises(ValidationError, match="BILET_KAFKA_SECURITY_PROTOCOL"):
        ServiceSettings.model_validate({"database_url": DATABASE})


def test_production_takes_sasl_over_tls() -> None:
    assert settings(**SASL, environment="production").kafka_user == "booking"


@pytest.mark.parametrize("missing", ["kafka_user", "kafka_password"])
def test_sasl_needs_a_user_and_a_password(missing: str) -> None:
    with pytest.raises(ValidationError, match="BILET_KAFKA_USER and BILET_KAFKA_PASSWORD"):
        settings(**{name: value for name, value in SASL.items() if name != missing})


def test_a_certificate_goes_with_its_key() -> None:
    with pytest.raises(ValidationError, match="go together"):
        settings(kafka_security_protocol="SSL", kafka_certificate="PEM")


def test_secrets_come_from_mounted_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, content in {"kafka_password": "from a file\n", "kafka_ca": "PEM\n", "database_url": DATABASE}.items():
        (tmp_path / name).write_text(content)
        monkeypatch.setenv(f"BILET_{name.upper()}_FILE", str(tmp_path / name))

    read = ServiceSettings.model_validate({"environment": "test"})

    assert read.kafka_password.get_secret_value() == "from a file"
    assert (read.kafka_ca, read.asyncpg_url) == ("PEM", DATABASE)


def test_the_environment_goes_before_a_mounted_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "user").write_text("from-file")
    monkeypatch.setenv("BILET_KAFKA_USER_FILE", str(tmp_path / "user"))
    monkeypatch.setenv("BILET_KAFKA_USER", "from-environment")

    assert settings().kafka_user == "from-environment"


def test_a_mounted_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BILET_KAFKA_PASSWORD_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(FileNotFoundError, match="nowhere"):
        settings()


def test_an_open_connection_asks_for_nothing() -> None:
    assert security_of(settings()) is None
    assert connection_of(settings(kafka_bootstrap="kafka:1")) == {"bootstrap_servers": "kafka:1"}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_name_and_its_password_go_over_tls_to_a_broker_known_by_its_certificate(mechanism: str) -> None:
    authority = issue("kafka.example").authority
    options = connection_of(settings(**SASL, kafka_sasl_mechanism=mechanism, kafka_ca=authority))

    assert options["security_protocol"] == "SASL_SSL"
    assert options["sasl_mechanism"] == mechanism
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("booking", "secret")
    context: ssl.SSLContext = options["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert len(context.get_ca_certs()) == 1


def test_a_client_s_own_certificate_is_shown() -> None:
    own = issue("booking")
    options = connection_of(
        settings(
            kafka_security_protocol="SSL",
            kafka_ca=own.authority,
            kafka_certificate=own.certificate,
            kafka_certificate_key=own.key,
        )
    )

    assert options["security_protocol"] == "SSL"
    assert options["ssl_context"].get_ca_certs()
