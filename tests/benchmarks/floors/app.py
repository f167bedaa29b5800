"""The HTTP floor: FastAPI and one asyncpg statement per booking, or one statement for all that wait together; a route
with one select, and a page that is there as bytes.

No token is checked, nothing is logged, nothing is remembered for a repeat. `uvicorn --factory tests.benchmarks.floors.app:create`.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, Response
from pydantic import BaseModel

_JSON = "application/json"
_FULL = Response(b'{"detail":"full"}', 409, media_type=_JSON)
_PAGE = b'{"items":[%s]}' % b",".join(b'{"id":%d,"title":"%s"}' % (number, b"x" * 750) for number in range(50))
_TOGETHER = 64
_POOL = 8
_PAYLOAD = '{"event":1,"status":"pending"}'
CLAIM = """
WITH c AS (UPDATE event_slot SET taken = taken + 1 WHERE id = $1 AND taken < capacity RETURNING id),
b AS (INSERT INTO booking (event_id, student_id) SELECT id, $2 FROM c RETURNING id),
o AS (INSERT INTO outbox (topic, key, payload) SELECT 'booking.created', b.id::text, $3::jsonb FROM b)
SELECT id FROM b
"""
CLAIM_TOGETHER = """
WITH w AS (SELECT * FROM unnest($2::bigint[]) WITH ORDINALITY AS s (student, n)),
o AS (SELECT id, capacity - taken AS free FROM event_slot WHERE id = $1 FOR UPDATE),
u AS (UPDATE event_slot e SET taken = taken + least(cardinality($2::bigint[]), o.free) FROM o WHERE e.id = o.id
    RETURNING o.free),
b AS (INSERT INTO booking (event_id, student_id) SELECT $1, w.student FROM w, u WHERE w.n <= u.free
    RETURNING id, student_id),
x AS (INSERT INTO outbox (topic, key, payload) SELECT 'booking.created', b.id::text, $3::jsonb FROM b)
SELECT student_id, id FROM b
"""


class Slot(BaseModel):
    """A row as a view."""

    id: int
    capacity: int
    taken: int


class Wish(BaseModel):
    """Who wants a seat; a random part makes every request another pupil's."""

    student_id: int

    @property
    def unique(self) -> int:
        return self.student_id * 10**9 + random.randint(0, 10**9)


class Queue:
    """Requests that wait together for one slot share one statement, per process."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: dict[int, list[tuple[int, asyncio.Future[int | None]]]] = {}
        self._drains: set[asyncio.Task[None]] = set()

    async def claim(self, slot: int, student: int) -> int | None:
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        if slot in self._waiting:
            self._waiting[slot].append((student, future))
        else:
            self._waiting[slot] = [(student, future)]
            task = asyncio.create_task(self._drain(slot))
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)
        return await future

    async def _drain(self, slot: int) -> None:
        while self._waiting[slot]:
            batch, self._waiting[slot] = self._waiting[slot][:_TOGETHER], self._waiting[slot][_TOGETHER:]
            rows = await self._pool.fetch(CLAIM_TOGETHER, slot, [student for student, _ in batch], _PAYLOAD)
            booked = {row[0]: row[1] for row in rows}
            for student, future in batch:
                future.set_result(booked.get(student))
        del self._waiting[slot]


def create() -> FastAPI:
    """Build the app on the database of BILET_DATABASE_URL."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ["BILET_DATABASE_URL"], min_size=_POOL, max_size=_POOL) as pool:
            app.state.pool, app.state.queue = pool, Queue(pool)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/ready")
    async def ready() -> Response:
        return Response(b'{"ok":true}', media_type=_JSON)

    @app.get("/row/{slot}")
    async def row(slot: int) -> Slot:
        return Slot(**await app.state.pool.fetchrow("SELECT id, capacity, taken FROM event_slot WHERE id = $1", slot))

    @app.get("/page")
    async def page() -> Response:
        return Response(_PAGE, media_type=_JSON)

    @app.post("/book/{slot}", status_code=201)
    async def book(slot: int, wish: Wish) -> Response:
        return _answer(await app.state.pool.fetchval(CLAIM, slot, wish.unique, _PAYLOAD))

    @app.post("/book_batch/{slot}", status_code=201)
    async def book_batch(slot: int, wish: Wish) -> Response:
        return _answer(await app.state.queue.claim(slot, wish.unique))

    return app


def _answer(booking: int | None) -> Response:
    return _FULL if booking is None else Response(b'{"id":%d}' % booking, 201, media_type=_JSON)
