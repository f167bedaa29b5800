"""Gateways for tests: where they listen, what is behind them, and their refusals."""

from pathlib import Path
from typing import Any

import httpx

from bilet_local import gateway, ports
from bilet_local.components import Envoy


def behind(*replicas: int) -> tuple[gateway.Upstream, ...]:
    """Make every service of the replicas on these ports."""
    addresses = tuple(gateway.Address("127.0.0.1", port) for port in replicas)
    return tuple(gateway.Upstream(name=name, replicas=addresses) for name in gateway.SERVICES)


def own_ports() -> dict[str, Any]:
    return {"port": ports.port_or_free(0), "admin_port": ports.port_or_free(0)}


async def started(configuration: gateway.Gateway, directory: Path) -> Envoy:
    rendered = gateway.render(configuration)
    envoy = Envoy(
        directory=directory, configuration=rendered, port=configuration.port, admin_port=configuration.admin_port
    )
    await envoy.start()
    await envoy.ready()
    return envoy


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:bilet:problem:{code}")
    assert problem["title"]
