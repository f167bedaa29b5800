"""Users of the bus and their rights, brought to what deploy/kafka/acls.yaml says.

confluent-kafka does it, because aiokafka's admin client knows neither users nor rules.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from bilet_kit.settings import KafkaSettings
from bilet_local import layout
from bilet_local.components import probes
from bilet_local.errors import StackError

_WITHIN = 30.0
_POLL = 0.2
_SCRAM_ITERATIONS = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What one principal may do: write topics, read topics, and be a member of groups."""

    principal: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    groups: tuple[str, ...]

    def bindings(self) -> Iterator[AclBinding]:
        """Write them as Kafka's rules; to describe comes with each, and idempotent producing with writing."""
        for topic in self.writes:
            yield self._allow(ResourceType.TOPIC, topic, AclOperation.WRITE)
        for topic in self.reads:
            yield self._allow(ResourceType.TOPIC, topic, AclOperation.READ)
        for group in self.groups:
            yield self._allow(ResourceType.GROUP, group, AclOperation.READ)

    def _allow(self, kind: ResourceType, name: str, operation: AclOperation) -> AclBinding:
        user, anywhere = f"User:{self.principal}", "*"
        return AclBinding(kind, name, ResourcePatternType.LITERAL, user, anywhere, operation, AclPermissionType.ALLOW)


def read_rights(file: Path = layout.ACLS_FILE) -> tuple[Rights, ...]:
    """Read the file."""
    principals = yaml.safe_load(file.read_text(encoding="utf-8"))["principals"]
    return tuple(
        Rights(principal=name, **{kind: tuple(names) for kind, names in rights.items()})
        for name, rights in principals.items()
    )


async def grant(kafka: KafkaSettings, rights: tuple[Rights, ...], passwords: Mapping[str, SecretStr]) -> None:
    """Give the principals these rights and no others, and those that have a password here this password.

    Users and rules of anybody else are left alone. A broker learns of both after it has confirmed them, rights first:
    so this returns once each user is let in where we came in ourselves, if that is a place for passwords.

    Raises:
        StackError: the broker refused, or did not let somebody in within 30 s.
    """
    await asyncio.to_thread(_grant, kafka, rights, passwords)
    if not kafka.kafka_security_protocol.startswith("SASL_"):
        return
    for user, password in passwords.items():
        known = {"kafka_user": user, "kafka_password": password, "kafka_sasl_mechanism": "SCRAM-SHA-512"}
        await _let_in(kafka.model_copy(update=known))


async def _let_in(user: KafkaSettings) -> None:
    deadline = asyncio.get_running_loop().time() + _WITHIN
    while not await probes.is_kafka_broker(user):
        if asyncio.get_running_loop().time() > deadline:
            raise StackError(f"Kafka не впускает пользователя {user.kafka_user} с его новым паролем.")
        await asyncio.sleep(_POLL)


def _grant(kafka: KafkaSettings, rights: tuple[Rights, ...], passwords: Mapping[str, SecretStr]) -> None:
    admin = AdminClient(librdkafka_options(kafka))
    try:
        wanted = {binding for one in rights for binding in one.bindings()}
        existing = {binding for one in rights for binding in _existing(admin, one.principal)}
        _settle(admin.create_acls(list(wanted - existing)).values() if wanted - existing else ())
        _settle(admin.delete_acls([_exactly(one) for one in existing - wanted]).values() if existing - wanted else ())
        _set_passwords(admin, passwords)
    except KafkaException as error:
        raise StackError(f"Kafka не приняла пользователей и права: {error.args[0].name()}") from error


def _set_passwords(admin: AdminClient, passwords: Mapping[str, SecretStr]) -> None:
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _SCRAM_ITERATIONS)
    changes = [
        UserScramCredentialUpsertion(name, scram, password.get_secret_value().encode())
        for name, password in passwords.items()
    ]
    _settle(admin.alter_user_scram_credentials(changes).values() if changes else ())


def _existing(admin: AdminClient, principal: str) -> Iterable[AclBinding]:
    everything = AclBindingFilter(
        ResourceType.ANY,
        None,
        ResourcePatternType.ANY,
        f"User:{principal}",
        None,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    found: Iterable[AclBinding] = admin.describe_acls(everything).result(_WITHIN)
    return found


def _exactly(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _settle(futures: Iterable[object]) -> None:
    for future in futures:
        future.result(_WITHIN)  # type: ignore[attr-defined]  # confluent-kafka says `Future` only in prose


def librdkafka_options(kafka: KafkaSettings) -> dict[str, str]:
    """Write the settings as librdkafka takes them."""
    options: dict[str, str] = {
        "bootstrap.servers": kafka.kafka_bootstrap,
        "security.protocol": kafka.kafka_security_protocol,
        "ssl.ca.pem": kafka.kafka_ca,
        "ssl.certificate.pem": kafka.kafka_certificate,
        "ssl.key.pem": kafka.kafka_certificate_key.get_secret_value(),
    }
    if kafka.kafka_security_protocol.startswith("SASL_"):
        options |= {
            "sasl.mechanism": kafka.kafka_sasl_mechanism,
            "sasl.username": kafka.kafka_user,
            "sasl.password": kafka.kafka_password.get_secret_value(),
        }
    return {name: value for name, value in options.items() if value}


def client_file(kafka: KafkaSettings, authority: Path) -> str:
    """Write the settings as a file of librdkafka's, as `kcat -F` takes it; a line holds no PEM, so that is a file too."""
    options = librdkafka_options(kafka) | {"ssl.ca.location": str(authority)}
    return "".join(f"{name}={value}\n" for name, value in options.items() if not name.endswith(".pem"))
