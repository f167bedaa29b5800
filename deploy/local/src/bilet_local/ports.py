"""TCP ports on the loopback: which are free, and who holds the others."""

import random
import socket
from dataclasses import dataclass

import psutil

_FREE_RANGE = range(20_000, 32_000)
LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 8100
SERVICES = ("identity", "diagnostics", "booking", "notifications")
MOST_REPLICAS = 4
_REPLICA_STEP = 20


@dataclass(frozen=True, slots=True)
class PortPlan:
    """Every port of an installation, moved together by `base` (8100 gives the documented ones)."""

    base: int = DEFAULT_BASE

    def _at(self, documented: int) -> int:
        return documented - DEFAULT_BASE + self.base

    @property
    def gateway(self) -> int:
        """The gateway: what clients use."""
        return self._at(8080)

    @property
    def gateway_admin(self) -> int:
        """Envoy's admin."""
        return self._at(8081)

    @property
    def esia(self) -> int:
        """The ESIA stand-in."""
        return self._at(8090)

    @property
    def kafka(self) -> int:
        """The broker."""
        return self._at(8092)

    @property
    def kafka_controller(self) -> int:
        """Apache Kafka's own controller."""
        return self._at(8093)

    @property
    def smtp(self) -> int:
        """The mail catcher's SMTP."""
        return self._at(8025)

    @property
    def mail_web(self) -> int:
        """The mail catcher's page."""
        return self._at(8026)

    @property
    def postgres(self) -> int:
        """PostgreSQL."""
        return self._at(8032)

    def api(self, service: str, replica: int = 1) -> int:
        """Find a service's api: 8101–8104, the second replica's 8121–8124, and so on."""
        return self.base + 1 + SERVICES.index(service) + (replica - 1) * _REPLICA_STEP

    def worker(self, service: str, replica: int = 1) -> int:
        """Find the health and metrics of a service's worker: 8111–8114, the second replica's 8131–8134, and so on."""
        return self.base + 11 + SERVICES.index(service) + (replica - 1) * _REPLICA_STEP


def port_or_free(port: int) -> int:
    """Return `port`, or for 0 one that nobody uses at this moment.

    It lies below the range that systems give to outgoing connections, so that it is still free after a component's crash.
    """
    if port:
        return port
    return next(free for free in random.sample(_FREE_RANGE, len(_FREE_RANGE)) if not is_taken(free))


def is_taken(port: int) -> bool:
    """Tell whether something already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Describe in Russian the process that listens on the port, as far as the operating system tells."""
    try:
        connections = psutil.net_connections("inet")
    except psutil.AccessDenied:
        return "неизвестным процессом"
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and _port_of(connection.laddr) == port and connection.pid:
            return _describe(connection.pid)
    return "неизвестным процессом"


def _port_of(address: tuple[object, ...]) -> object:
    return address[1] if address else None


def _describe(pid: int) -> str:
    try:
        return f"процессом {psutil.Process(pid).name()} (pid {pid})"
    except psutil.Error:
        return f"процессом с pid {pid}"
