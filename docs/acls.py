"""Who may do what on the bus, derived from what each service says and hears; `docs/generate.py` writes it."""

from collections.abc import Iterable

import yaml

from bilet_contracts.base import TOPICS
from bilet_kit.process.service import Service

Rights = dict[str, list[str]]

_HEAD = """\
# Who may do what on the bus; nobody else may do anything. `make schemas` writes it from `publications.py` and
# `consumers.py` of each service, `python -m bilet_local.topics` applies it together with topics.yaml.
# A service may read back what it has written itself: after a restore of its database that is how it finds its place.
# `integrator` is another system that listens to everything; an installation with several gives each a name of its own.
"""


def acls_text(services: Iterable[Service]) -> str:
    """Write `deploy/kafka/acls.yaml` as it is committed."""
    principals = {service.name: _of_service(service) for service in services}
    principals["integrator"] = _rights([], TOPICS, "integrator")
    return _HEAD + yaml.safe_dump({"principals": principals}, sort_keys=False, width=120)


def _of_service(service: Service) -> Rights:
    written = {event.topic for event in service.publications.events}
    return _rights(written, written | set(service.consumers.topics), service.consumers.service)


def _rights(writes: Iterable[str], reads: Iterable[str], name: str) -> Rights:
    return {"writes": sorted(writes), "reads": sorted(reads), "groups": [f"bilet-{name}"]}
