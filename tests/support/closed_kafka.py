"""An Apache Kafka that asks everybody for a name, with the topics, users and rights of an installation."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from bilet_kit.settings import KafkaSettings
from bilet_local.certificates import issue
from bilet_local.components.apache_kafka import ApacheKafka
from bilet_local.components.guard import Guard
from bilet_local.keys import BUS_USERS
from bilet_local.ports import LOOPBACK
from bilet_local.topics import prepare
from tests.support.brokers import local_broker
from tests.support.kafka import Kafka


@dataclass(frozen=True, slots=True)
class ClosedKafka:
    """The broker and who may come in."""

    component: ApacheKafka
    guard: Guard
    passwords: dict[str, str]

    def settings(self, user: str, password: str = "") -> KafkaSettings:
        """Tell how a user comes in, with the user's own password unless another is given."""
        return self.guard.client(self.component.address, user, password or self.passwords[user])

    def seen_by(self, user: str) -> Kafka:
        return Kafka(self.component.address, idempotent=True, access=self.settings(user))

    @property
    def everything(self) -> Kafka:
        """The broker as its administrator sees it."""
        return Kafka(self.component.address, idempotent=True, access=self.component.settings)

    @classmethod
    def at(cls, directory: Path, *, reauthenticate_ms: int) -> Self:
        """Make one on free ports, with passwords of its own; it does not run yet."""
        guard = Guard(
            issued=issue(LOOPBACK),
            admin_password=secrets.token_urlsafe(),
            controller_password=secrets.token_urlsafe(),
            reauthenticate_ms=reauthenticate_ms,
        )
        passwords = {user: secrets.token_urlsafe() for user in BUS_USERS}
        return cls(ApacheKafka(directory=directory, guard=guard), guard, passwords)

    async def prepare(self) -> None:
        """Give the running broker its topics, users and rights."""
        await prepare(self.component.settings, {user: SecretStr(word) for user, word in self.passwords.items()})


@contextlib.contextmanager
def closed_kafka(directory: Path, *, reauthenticate_ms: int) -> Iterator[ClosedKafka]:
    """Run one, ready to be used."""
    closed = ClosedKafka.at(directory, reauthenticate_ms=reauthenticate_ms)
    with local_broker(closed.component):
        asyncio.run(closed.prepare())
        yield closed
