"""The parts of an installation, each startable alone; tests build their fixtures from them.

Every component takes its directory (data and log live there) and its port, where 0 means any free one, decided when the object
is made, so that addresses can be handed around before anything runs::

    postgres = PostgreSQL(directory=tmp / "postgres", databases=("identity", "booking"))
    await postgres.start()                      # returns at once
    await postgres.ready()                      # returns when it serves, or raises StackError with the end of its log
    postgres.database_url("booking")            # postgresql://booking@127.0.0.1:PORT/booking
    postgres.kill(); await postgres.start()     # a crash and a restart on the same data and port
    await postgres.stop()

    broker = Tansu(directory=tmp / "tansu")     # or ApacheKafka(directory=…); then create_topics(broker.settings, read_topics())

Components belong to no event loop, so a session-wide fixture may start one in `asyncio.run`. All children die with the
process (on Linux: the thread) that started them, even after SIGKILL.
"""

from bilet_local.components.apache_kafka import ApacheKafka
from bilet_local.components.component import Component, ProcessComponent
from bilet_local.components.envoy import Envoy
from bilet_local.components.external import External
from bilet_local.components.mail_catcher import MailCatcher
from bilet_local.components.postgres import PostgreSQL
from bilet_local.components.program import Program
from bilet_local.components.tansu import Tansu

__all__ = [
    "ApacheKafka",
    "Component",
    "Envoy",
    "External",
    "MailCatcher",
    "PostgreSQL",
    "ProcessComponent",
    "Program",
    "Tansu",
]
