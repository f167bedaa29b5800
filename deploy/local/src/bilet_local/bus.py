"""How this installation's own programs reach its Kafka: openly, or encrypted and by name."""

from pydantic import SecretStr

from bilet_kit.settings import KafkaSettings


def open_bus(address: str) -> KafkaSettings:
    """Make the settings for a broker that asks nobody for a name."""
    return KafkaSettings(environment="local", kafka_bootstrap=address, kafka_security_protocol="PLAINTEXT")


def closed_bus(address: str, *, user: str, password: str, authority: str) -> KafkaSettings:
    """Make the settings for a broker known by its certificate, to which we are known by name and password."""
    return KafkaSettings(
        environment="local",
        kafka_bootstrap=address,
        kafka_security_protocol="SASL_SSL",
        kafka_user=user,
        kafka_password=SecretStr(password),
        kafka_ca=authority,
    )
