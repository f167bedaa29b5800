"""The gateway of a benchmark, as `bilet up` configures it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from bilet_local import gateway, ports
from bilet_local.components.envoy import Envoy
from tests.benchmarks.servers import Servers, running
from tests.support.tokens import AUDIENCE
from tests.support.waiting import wait_until

_UNLIMITED = 60_000_000


@asynccontextmanager
async def envoy(started: Servers, *api_ports: int) -> AsyncIterator[int]:
    """Run the gateway in front of the replicas of an api; the test issuer stands for identity's keys."""
    admin, port = ports.port_or_free(0), ports.port_or_free(0)
    upstreams = dict.fromkeys(gateway.SERVICES, api_ports) | {
        "identity": (urlsplit(started.tokens.jwks_url).port or 0,)
    }
    configuration = gateway.Gateway(
        host=ports.LOOPBACK,
        port=port,
        admin_port=admin,
        services=tuple(
            gateway.Upstream(name=name, replicas=tuple(gateway.Address(ports.LOOPBACK, at) for at in replicas))
            for name, replicas in upstreams.items()
        ),
        issuer=started.tokens.issuer,
        audience=AUDIENCE,
        per_subject_per_minute=_UNLIMITED,
        per_address_per_minute=_UNLIMITED,
    )
    component = Envoy(
        directory=started.directory / "gateway",
        configuration=gateway.render(configuration),
        port=port,
        admin_port=admin,
    )
    async with running(component):
        await wait_until(lambda: has_keys(admin), what="the gateway has the keys")
        yield port


async def has_keys(admin_port: int) -> bool:
    """Whether the gateway has fetched the keys by itself: then all its threads have them."""
    async with httpx.AsyncClient() as client:
        stats = await client.get(f"http://{ports.LOOPBACK}:{admin_port}/stats?filter=jwks_fetch_success")
    return not stats.text.strip().endswith(": 0")
