"""What the worker does by itself: it sends what is due, ends what is overdue, and addresses notices that waited."""

from bilet_kit.process.service import Job
from bilet_kit.storage.database import Database
from bilet_notifications.dispatch import CONNECTIONS, Providers, Sender
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.use_cases.announcing import release_waiting
from bilet_notifications.use_cases.sending import expire_overdue

AT_ONCE = 200


def jobs(
    providers_of_channels: tuple[Providers, ...], renderer: Renderer, *, connections: int = CONNECTIONS
) -> tuple[Job, ...]:
    """List the worker's jobs: a sender for each carrier and class, the end of the overdue, the release of notices."""
    senders = [
        Job(
            name=f"send-{urgency}-{providers.carrier.channel.name}",
            every=0.5,
            run=Sender(providers, renderer, urgency=urgency, connections=connections).run,
        )
        for providers in providers_of_channels
        for urgency in Urgency
    ]
    return (
        *senders,
        Job(name="expire-messages", every=10.0, run=expire_messages),
        Job(name="release-waiting-notices", every=1.0, run=release_notices),
    )


async def expire_messages(database: Database) -> bool:
    """Give up one batch of messages that are of no use any more; whether there may be more."""
    async with database.transaction() as tx:
        return await expire_overdue(tx, most=AT_ONCE) == AT_ONCE


async def release_notices(database: Database) -> bool:
    """Address one batch of waiting notices; whether there may be more."""
    async with database.transaction() as tx:
        return await release_waiting(tx, most=AT_ONCE) == AT_ONCE
