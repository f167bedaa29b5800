"""What closes an Apache Kafka: certificates, the first two users, and the configuration that asks for both."""

from dataclasses import dataclass
from pathlib import Path

from bilet_kit.settings import KafkaSettings
from bilet_local import layout
from bilet_local.bus import closed_bus
from bilet_local.certificates import Issued

ADMIN = "admin"
"""The first user, made together with the storage; super.users of deploy/kafka/server.properties names it."""

AUTHORITY = "authority.pem"
"""The file in the broker's directory by which clients know it."""

_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_OWNER_ALONE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The broker's certificate and the passwords of those who run it.

    Attributes:
        reauthenticate_ms: how long a connection lives on one proof of who it is.
    """

    issued: Issued
    admin_password: str
    controller_password: str
    reauthenticate_ms: int = 600_000

    @property
    def first_user(self) -> str:
        """The first user as Kafka's storage tool takes it."""
        return f"SCRAM-SHA-512=[name={ADMIN},password={self.admin_password}]"

    def admin(self, address: str) -> KafkaSettings:
        """Make the settings by which the first user reaches the broker."""
        return self.client(address, ADMIN, self.admin_password)

    def client(self, address: str, user: str, password: str) -> KafkaSettings:
        """Make the settings by which a user reaches the broker."""
        return closed_bus(address, user=user, password=password, authority=self.issued.authority)

    def own(self, directory: Path, address: str, controller: str) -> dict[str, str]:
        """Write the certificates into the directory, and what this broker alone has, as start.sh does in a container."""
        broker, authority = directory / "broker.pem", directory / AUTHORITY
        write_secret(broker, f"{self.issued.key}\n{self.issued.certificate}\n")
        write_secret(authority, self.issued.authority)
        admin = f'{_SCRAM} required username="{ADMIN}" password="{self.admin_password}";'
        password = self.controller_password
        itself = f'{_PLAIN} required username="controller" password="{password}" user_controller="{password}";'
        return {
            "listeners": f"SASL_SSL://{address},CONTROLLER://{controller}",
            "advertised.listeners": f"SASL_SSL://{address}",
            "ssl.keystore.location": str(broker),
            "ssl.truststore.location": str(authority),
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": admin,
            "listener.name.controller.plain.sasl.jaas.config": itself,
            "connections.max.reauth.ms": str(self.reauthenticate_ms),
        }


OPEN = {
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "authorizer.class.name": "",
    "super.users": "",
}
"""What an open broker has in place of what closes one; what is empty is left out."""


def common_properties() -> dict[str, str]:
    """Read what brokers have in common here and in containers."""
    lines = layout.KAFKA_PROPERTIES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def write_secret(file: Path, text: str) -> None:
    """Write a file that its owner alone can read."""
    file.touch(mode=_OWNER_ALONE)
    file.chmod(_OWNER_ALONE)
    file.write_text(text, encoding="utf-8")
