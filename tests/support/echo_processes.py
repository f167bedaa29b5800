"""The echo service as real processes, to be killed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bilet_local.components.program import Program
from bilet_local.ports import LOOPBACK, port_or_free
from tests.support.checker import echo_promises
from tests.support.echo_service.calls import called
from tests.support.kafka import Kafka, Record
from tests.support.migrations import ROOT
from tests.support.tokens import TokenMaker
from tests.support.waiting import wait_until

_GIVEN = """
INSERT INTO key_sequence AS k (topic, key, n) SELECT $1, key, $3 FROM unnest($2::text[]) AS key
ON CONFLICT ON CONSTRAINT key_sequence_pkey DO UPDATE SET n = greatest(k.n, excluded.n)
"""


@dataclass(slots=True)
class Echo:
    """One installation of the echo service: a database, two topics of its own, and processes as the test wants them."""

    kafka: Kafka
    database_url: str
    directory: Path
    tokens: TokenMaker
    calls: str
    answers: str
    group: str
    started: list[Program] = field(default_factory=list)

    @classmethod
    async def create(cls, kafka: Kafka, database_url: str, directory: Path, tokens: TokenMaker) -> "Echo":
        calls, answers = await kafka.topic("echo.calls"), await kafka.topic("echo.answers")
        return cls(kafka, database_url, directory, tokens, calls, answers, kafka.unique("echo"))

    async def worker(self, *, bootstrap: str = "", sabotage: str = "") -> Program:
        """Run a worker; `bootstrap` puts it behind a proxy."""
        return await self._start("worker", bootstrap, sabotage)

    async def command(self, *words: str) -> tuple[int, str]:
        """Run `bilet-echo` with these words; its exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.echo_service.cli", *words),
            env=os.environ | self._environment(self.kafka.bootstrap, ""),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def api(self, *, sabotage: str = "", processes: int = 1) -> Program:
        return await self._start("api", "", sabotage, "--workers", str(processes))

    async def say(self, callers: Sequence[UUID], numbers: range) -> None:
        """Put calls on Kafka as another relay of the service would, whose numbers its database has given."""
        await self.give_numbers(callers, numbers[-1])
        await self.kafka.produce(
            [called(caller, number).on(self.calls).for_kafka() for number in numbers for caller in callers]
        )

    async def give_numbers(self, callers: Sequence[UUID], last: int) -> None:
        """Let the database have given the numbers of calls up to this one."""
        async with self.connection() as connection:
            await connection.execute(_GIVEN, self.calls, [str(caller) for caller in callers], last)

    async def effects(self) -> int:
        async with self.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM effects"))

    async def outbox(self) -> int:
        async with self.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM outbox"))

    async def wait_for_effects(self, count: int, within: float = 30.0) -> None:
        await wait_until(lambda: self._has_effects(count), within, what=f"{count} effects")

    async def settled(self, within: float = 30.0) -> None:
        """Wait until nothing is left to carry and to consume."""
        await wait_until(self._is_settled, within, every=0.1, what="an empty outbox and no lag")

    async def broken_promises(self) -> list[str]:
        return await echo_promises(self.kafka, self.database_url, self.calls, self.answers)

    async def records(self) -> list[Record]:
        return await self.kafka.records(self.calls)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.database_url)
        try:
            yield connection
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def client(self, api: Program) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=f"http://{api.address}/echo", timeout=30, trust_env=False) as client:
            yield client

    async def stop(self) -> None:
        for program in self.started:
            program.kill()
            await program.stop()

    async def _has_effects(self, count: int) -> bool:
        return await self.effects() >= count

    async def _is_settled(self) -> bool:
        if await self.outbox():
            return False
        produced = len(await self.kafka.records(self.calls))
        return await self.kafka.committed(self.group_id, self.calls) == produced

    @property
    def group_id(self) -> str:
        """The consumer group as the kit names it."""
        return f"bilet-{self.group}"

    async def _start(self, process: str, bootstrap: str, sabotage: str, *options: str) -> Program:
        port = port_or_free(0)
        program = Program(
            f"{process}-{len(self.started)}",
            directory=self.directory,
            command=(
                sys.executable,
                *("-m", "uvicorn", "--factory", f"tests.support.echo_service.{process}_app:create"),
                *("--host", LOOPBACK, "--port", str(port), "--log-level", "warning", *options),
            ),
            environment=self._environment(bootstrap or self.kafka.bootstrap, sabotage),
            port=port,
            health="/health/ready",
        )
        self.started.append(program)
        await program.start()
        await program.ready()
        return program

    def _environment(self, bootstrap: str, sabotage: str) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "BILET_ENVIRONMENT": "test",
            "BILET_DATABASE_URL": self.database_url,
            "BILET_KAFKA_BOOTSTRAP": bootstrap,
            "BILET_KAFKA_IDEMPOTENCE": str(self.kafka.idempotent).lower(),
            "BILET_KAFKA_FETCH_MAX_WAIT_MS": "20",
            "BILET_KAFKA_SESSION_TIMEOUT_MS": str(self.kafka.session_timeout_ms),
            "BILET_JWKS_URL": self.tokens.jwks_url,
            "BILET_TOKEN_ISSUER": self.tokens.issuer,
            "ECHO_CALLS_TOPIC": self.calls,
            "ECHO_ANSWERS_TOPIC": self.answers,
            "ECHO_GROUP": self.group,
            "ECHO_SABOTAGE": sabotage,
        }
