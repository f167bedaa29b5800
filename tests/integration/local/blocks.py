"""Ports of a test's own, and whether processes are gone."""

import os

import psutil

from bilet_local.installation import DATABASES
from bilet_local.ports import PortPlan, is_taken

_FIRST = 10_000  # below the ports that outgoing connections take
_STEP = 200
_BLOCKS = 50


def free_block() -> int:
    """Find a --port-base whose whole block is free; each test process begins its search elsewhere."""
    start = os.getpid() % _BLOCKS
    bases = (_FIRST + _STEP * ((start + n) % _BLOCKS) for n in range(_BLOCKS))
    return next(base for base in bases if not any(map(is_taken, _ports(PortPlan(base)))))


def _ports(plan: PortPlan) -> list[int]:
    services = [port for name in DATABASES for port in (plan.api(name), plan.worker(name))]
    parts = [
        plan.gateway,
        plan.gateway_admin,
        plan.postgres,
        plan.kafka,
        plan.kafka_controller,
        plan.smtp,
        plan.mail_web,
    ]
    return [*services, *parts, plan.esia]


def gone(processes: list[psutil.Process]) -> bool:
    """None of them runs; one that only waits for init to collect it does not."""
    return not any(map(_runs, processes))


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
