"""Questions that tell whether something serves."""

import asyncio
import ssl
from contextlib import suppress

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from bilet_kit.bus import connection_of
from bilet_kit.settings import KafkaSettings

_PATIENCE = 5.0
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # every probe is plain HTTP on the loopback


async def accepts_connections(host: str, port: int) -> bool:
    """Tell whether a TCP connection is accepted."""
    with suppress(OSError):
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        return True
    return False


async def answers_ok(url: str) -> bool:
    """Tell whether GET answers 2xx."""
    address = httpx.URL(url)
    if not await accepts_connections(address.host, address.port or 80):
        return False
    with suppress(httpx.HTTPError):
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, verify=_NO_TLS) as client:
            return (await client.get(url)).is_success
    return False


async def is_kafka_broker(kafka: KafkaSettings) -> bool:
    """Tell whether the cluster's metadata is answered to who asks."""
    host, port = kafka.kafka_bootstrap.rsplit(":", 1)
    if not await accepts_connections(host, int(port)):
        return False
    admin = AIOKafkaAdminClient(**connection_of(kafka), request_timeout_ms=int(_PATIENCE * 1000))
    with suppress(KafkaError, OSError):
        await admin.start()
        await admin.list_topics()
        await admin.close()
        return True
    return False
