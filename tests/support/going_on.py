"""Tests share a broker and have databases of their own: a new one has to go on above what others have said there."""

from bilet_kit.process.restoring import find_forgotten, finish, lift_numbers
from bilet_kit.process.service import Service


async def go_on_where_kafka_is(service: Service) -> None:
    """Lift the numbers of the service's new database above everything its topics hold."""
    await service.database.start()
    try:
        await lift_numbers(service, await find_forgotten(service, lambda _words: None))
        await finish(service)
    finally:
        await service.database.stop()
