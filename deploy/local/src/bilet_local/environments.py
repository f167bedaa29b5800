"""The environment of every process of ours, by the names its settings have; docker-compose.yml sets the same names."""

import json

from bilet_kit.settings import KafkaSettings
from bilet_local.bus import closed_bus, open_bus
from bilet_local.installation import TOKEN_AUDIENCE, TOKEN_ISSUER, Broker, Installation
from bilet_local.keys import InstallationKeys
from bilet_local.ports import LOOPBACK

_TANSU_FETCH_WAIT_MS = 60
"""Tansu answers a waiting fetch at steps of about half of it, each step at a price: with 20 ms four idle workers kept it
busy for half a core, with 60 ms for a sixth."""
_KAFKA_FETCH_WAIT_MS = 500
ESIA_CLIENT_ID = "BILET"


_DRAIN_SECONDS = "1.5"
"""Three intervals of the gateway's checks (deploy/gateway/cluster.yaml.j2)."""


def of_service(service: str, installation: Installation, keys: InstallationKeys, replica: int = 1) -> dict[str, str]:
    """Make the environment that a service's api, worker and migrations share; replicas differ in their ports."""
    tansu = installation.uses_tansu
    common = {
        "BILET_ENVIRONMENT": "local",
        "BILET_LOG_LEVEL": "INFO",
        "BILET_DATABASE_URL": installation.database_url(service),
        "BILET_KAFKA_IDEMPOTENCE": "false" if tansu else "true",
        "BILET_KAFKA_FETCH_MAX_WAIT_MS": str(_TANSU_FETCH_WAIT_MS if tansu else _KAFKA_FETCH_WAIT_MS),
        "BILET_JWKS_URL": f"{installation.api_url('identity')}/.well-known/jwks.json",
        "BILET_TOKEN_ISSUER": TOKEN_ISSUER,
        "BILET_TOKEN_AUDIENCE": TOKEN_AUDIENCE,
        "BILET_HTTP_HOST": LOOPBACK,
        "BILET_HTTP_PORT": str(installation.ports.api(service, replica)),
        "BILET_WORKER_HTTP_PORT": str(installation.ports.worker(service, replica)),
        "BILET_DRAIN_SECONDS": _DRAIN_SECONDS,
    }
    bus = bus_variables(bus_of(service, installation, keys))
    return common | bus | _OWN.get(service, _nothing)(installation, keys)


def bus_of(user: str, installation: Installation, keys: InstallationKeys) -> KafkaSettings:
    """Tell how a user reaches the installation's Kafka; one that runs elsewhere knows all of us by one name."""
    address = installation.kafka_bootstrap
    if installation.elsewhere.kafka:
        given = {"environment": "local", "kafka_bootstrap": address, **installation.elsewhere.kafka_settings}
        return KafkaSettings.model_validate(given)
    if installation.broker is Broker.APACHE:
        return closed_bus(address, user=user, password=keys.kafka_passwords[user], authority=keys.kafka_ca)
    return open_bus(address)


def bus_variables(kafka: KafkaSettings) -> dict[str, str]:
    """Write the settings of an open or closed bus as a process of ours reads them."""
    variables = {"BILET_KAFKA_BOOTSTRAP": kafka.kafka_bootstrap}
    if kafka.kafka_security_protocol == "PLAINTEXT":
        return variables
    variables |= {
        "BILET_KAFKA_SECURITY_PROTOCOL": kafka.kafka_security_protocol,
        "BILET_KAFKA_SASL_MECHANISM": kafka.kafka_sasl_mechanism,
        "BILET_KAFKA_USER": kafka.kafka_user,
        "BILET_KAFKA_PASSWORD": kafka.kafka_password.get_secret_value(),
        "BILET_KAFKA_CA": kafka.kafka_ca,
        "BILET_KAFKA_CERTIFICATE": kafka.kafka_certificate,
        "BILET_KAFKA_CERTIFICATE_KEY": kafka.kafka_certificate_key.get_secret_value(),
    }
    return {name: value for name, value in variables.items() if value}


def _nothing(_installation: Installation, _keys: InstallationKeys) -> dict[str, str]:
    return {}


def _of_identity(installation: Installation, keys: InstallationKeys) -> dict[str, str]:
    return {
        "BILET_SIGNING_KEY": keys.identity_signing,
        "BILET_PERSONAL_DATA_KEY": keys.personal_data,
        "BILET_TRUSTED_SERVICES": json.dumps({"notifications": keys.notifications_public}),
        "BILET_PUBLIC_URL": installation.gateway_url,
        "BILET_ESIA_BASE_URL": installation.esia_url,
        "BILET_ESIA_PORTAL_URL": installation.esia_url,
        "BILET_ESIA_CLIENT_ID": ESIA_CLIENT_ID,
        "BILET_ESIA_SIGNING_KEY": keys.esia_client,
        "BILET_ESIA_PUBLIC_KEY": keys.esia_server_public,
        "BILET_ESIA_REDIRECT_URI": _esia_redirect(installation),
    }


def _of_notifications(installation: Installation, keys: InstallationKeys) -> dict[str, str]:
    host, _, port = installation.smtp_address.rpartition(":")
    return {
        "BILET_SMTP_HOST": host,
        "BILET_SMTP_PORT": port,
        "BILET_SMTP_FROM": "bilet@bilet.local",
        "BILET_SERVICE_SIGNING_KEY": keys.notifications,
        "BILET_IDENTITY_INTERNAL_URL": installation.api_url("identity"),
        "BILET_PUBLIC_URL": installation.gateway_url,
    }


_OWN = {"identity": _of_identity, "notifications": _of_notifications}


def of_esia_standin(installation: Installation, keys: InstallationKeys) -> dict[str, str]:
    """Make the stand-in's environment: it knows our client's public key and signs with its own."""
    return {
        "BILET_ENVIRONMENT": "local",
        "BILET_ESIA_STANDIN_CLIENT_ID": ESIA_CLIENT_ID,
        "BILET_ESIA_STANDIN_CLIENT_CERTIFICATE": keys.esia_client_public,
        "BILET_ESIA_STANDIN_REDIRECT_URIS": json.dumps([_esia_redirect(installation)]),
        "BILET_ESIA_STANDIN_SIGNING_KEY": keys.esia_server,
        "BILET_ESIA_STANDIN_HTTP_HOST": LOOPBACK,
        "BILET_ESIA_STANDIN_HTTP_PORT": str(installation.ports.esia),
    }


def _esia_redirect(installation: Installation) -> str:
    return f"{installation.gateway_url}/api/v1/identity/esia/callback"
