"""The floor of saving an answer: FastAPI and one asyncpg statement on the attempt's row.

No token is checked, no item is known, nothing decides which of two answers is newer. `uvicorn --factory
tests.benchmarks.floors.answers:create`.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Response
from pydantic import BaseModel

_JSON = "application/json"
_POOL = 8
_SCHEMA = "CREATE TABLE answer_sheet (attempt_id uuid PRIMARY KEY, chosen smallint[] NOT NULL) WITH (fillfactor = 50)"
_SAVE = "UPDATE answer_sheet SET chosen[$2] = $3 WHERE attempt_id = $1"


class GivenAnswer(BaseModel):
    """What a device sends."""

    value: int
    sequence: int


async def open_sheets(address: str, attempts: Sequence[UUID], items: int) -> None:
    """Insert an empty sheet for each attempt."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_SCHEMA)
        await connection.execute(
            "INSERT INTO answer_sheet SELECT id, array_fill(NULL::smallint, ARRAY[$2::int]) FROM unnest($1::uuid[]) id",
            attempts,
            items,
        )
        await connection.execute("ANALYZE answer_sheet")
    finally:
        await connection.close()


def create() -> FastAPI:
    """Build the app on the database of BILET_DATABASE_URL; items are named by a letter and their number from 1."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ["BILET_DATABASE_URL"], min_size=_POOL, max_size=_POOL) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/ready")
    async def ready() -> Response:
        return Response(b'{"ok":true}', media_type=_JSON)

    @app.put("/attempts/{attempt_id}/answers/{item}")
    async def save(attempt_id: UUID, item: str, given: GivenAnswer) -> Response:
        await app.state.pool.execute(_SAVE, attempt_id, int(item[1:]), given.value)
        return Response(b'{"ok":true}', media_type=_JSON)

    return app
