"""The script by which docker compose makes its databases, run on a server that asks for passwords."""

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bilet_local import layout
from bilet_local.components import PostgreSQL
from bilet_local.components.postgres import program
from bilet_local.installation import DATABASES
from tests.support.waiting import wait_until

SCRIPT = layout.PROJECT_ROOT / "deploy/postgres/create-databases.sh"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PostgreSQL]:
    """A server on which the script has run; from then on only passwords are believed."""
    postgres = PostgreSQL(directory=tmp_path / "postgres")
    await postgres.start()
    try:
        await postgres.ready()
        run_script(postgres)
        (postgres.data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        await reload(postgres)
        await wait_until(lambda: asks_for_passwords(postgres), what="passwords are asked for")
        yield postgres
    finally:
        await postgres.stop()


def run_script(postgres: PostgreSQL) -> None:
    host, port = postgres.address.split(":")
    environment = {
        "PATH": f"{program('psql').parent}:{os.environ['PATH']}",
        "PGHOST": host,
        "PGPORT": port,
        **{f"BILET_DATABASE_PASSWORD_{name.upper()}": f"{name}'s own" for name in DATABASES},
    }
    ran = subprocess.run([str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


async def reload(postgres: PostgreSQL) -> None:
    connection = await asyncpg.connect(postgres.admin_url)
    try:
        await connection.execute("ALTER ROLE postgres PASSWORD 'the superuser''s'")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def comes_in(postgres: PostgreSQL, database: str, user: str, password: str) -> bool:
    host, port = postgres.address.split(":")
    try:
        connection = await asyncpg.connect(host=host, port=int(port), database=database, user=user, password=password)
    except (asyncpg.InvalidPasswordError, asyncpg.InsufficientPrivilegeError):
        return False
    await connection.close()
    return True


async def asks_for_passwords(postgres: PostgreSQL) -> bool:
    return not await comes_in(postgres, "postgres", "postgres", "a wrong one")


async def test_each_role_comes_into_its_own_database_with_its_own_password(server: PostgreSQL) -> None:
    everywhere = (*DATABASES, "postgres", "template1")
    for role in DATABASES:
        let_in = {name for name in everywhere if await comes_in(server, name, role, f"{role}'s own")}
        assert let_in == {role}


async def test_no_password_opens_another_role(server: PostgreSQL) -> None:
    words = [f"{role}'s own" for role in DATABASES]
    assert await comes_in(server, "postgres", "postgres", "the superuser's")
    assert not any([await comes_in(server, "postgres", "postgres", word) for word in words])
    assert not any([await comes_in(server, "identity", "identity", word) for word in words[1:]])
