"""A request's transaction: committed when the route has returned, before its answer is sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from bilet_kit.storage.database import Database, Transaction


async def open_transaction(request: Request) -> AsyncIterator[Transaction]:
    """Open the request's transaction; a failed commit therefore never follows an answer that said 200."""
    database: Database = request.app.state.database
    async with database.transaction() as tx:
        yield tx


async def running_database(request: Request) -> Database:
    """Find the database of the running service, for a route with more than one transaction, or with none."""
    database: Database = request.app.state.database
    return database


RunningDatabase = Annotated[Database, Depends(running_database)]
Tx = Annotated[Transaction, Depends(open_transaction, scope="function")]
