"""How whatever is ours connects to Kafka: encrypted and under its own name, or openly on a developer's machine."""

import ssl
from collections.abc import Iterable
from tempfile import NamedTemporaryFile
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from bilet_kit.settings import KafkaSettings

_SASL: dict[str, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


def security_of(settings: KafkaSettings) -> BaseSecurity | None:
    """Make what FastStream's broker takes; None for an open connection."""
    context = _trust(settings) if settings.kafka_security_protocol.endswith("SSL") else None
    if settings.kafka_security_protocol.startswith("SASL_"):
        return _SASL[settings.kafka_sasl_mechanism](
            username=settings.kafka_user,
            password=settings.kafka_password.get_secret_value(),
            use_ssl=context is not None,
            ssl_context=context,
        )
    return BaseSecurity(use_ssl=True, ssl_context=context) if context else None


def connection_of(settings: KafkaSettings) -> dict[str, Any]:
    """Make the options that every client of aiokafka takes: where the broker is and how to be let in."""
    return {"bootstrap_servers": settings.kafka_bootstrap, **parse_security(security_of(settings))}


async def partitions_of(settings: KafkaSettings, topics: Iterable[str]) -> list[TopicPartition]:
    """List the partitions of those of the topics that are there."""
    admin = AIOKafkaAdminClient(**connection_of(settings))
    await admin.start()
    try:
        described = await admin.describe_topics(sorted(set(topics)))
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        if not topic["error_code"]
        for partition in topic["partitions"]
    ]


def _trust(settings: KafkaSettings) -> ssl.SSLContext:
    """Make the context by which brokers are known, by name too, and we by our certificate if there is one."""
    context = ssl.create_default_context(cadata=settings.kafka_ca or None)
    if settings.kafka_certificate:
        with NamedTemporaryFile("w", suffix=".pem") as file:  # the ssl module reads certificates from files only
            file.write(f"{settings.kafka_certificate}\n{settings.kafka_certificate_key.get_secret_value()}\n")
            file.flush()
            context.load_cert_chain(file.name)
    return context
