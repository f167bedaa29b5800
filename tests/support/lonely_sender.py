"""A sender in a process of its own, to be killed: everybody is `<id>@example.test` in its address book.

`python -m tests.support.lonely_sender DATABASE_URL SMTP_PORT CONNECTIONS`
"""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from uuid import UUID

from bilet_notifications.bootstrap import build
from bilet_notifications.dispatch import Providers, Sender
from bilet_notifications.domain.lasting import Urgency
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.breaker import Breaker
from bilet_notifications.sending.contacts import Contact
from bilet_notifications.sending.email import EmailCarrier, SmtpConfiguration
from bilet_notifications.settings import Settings


class Everybody:
    """An address book in which everybody is."""

    async def find(self, ids: Iterable[UUID]) -> Mapping[UUID, Contact]:
        return {one: Contact(f"{one}@example.test", "Ева") for one in ids}


async def main(database_url: str, port: int, connections: int) -> None:
    """Send what is urgent, once."""
    service = build(Settings.model_validate({"environment": "test", "database_url": database_url}))
    renderer = Renderer("https://bilet.test")
    carrier = EmailCarrier(SmtpConfiguration(host="127.0.0.1", port=port, sender="bilet@bilet.test"), renderer)
    providers = Providers(Everybody(), carrier, Breaker("identity"), Breaker("email"))
    sender = Sender(providers, renderer, urgency=Urgency.URGENT, connections=connections)
    await service.database.start()
    await sender.run(service.database)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
