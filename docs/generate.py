"""Writes docs/openapi, docs/asyncapi and deploy/kafka/acls.yaml from the code, or says which of them are stale.

    python docs/generate.py write
    python docs/generate.py check

AsyncAPI comes from the contracts' registry and from each service's `publications` and `consumers`; FastStream cannot
write it, for behind its one subscriber of raw records it sees no events.
"""

import json
import os
import sys
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import yaml
from acls import acls_text
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bilet_contracts.base import Event
from bilet_kit.process.api import create_api
from bilet_kit.process.service import Service

DOCS = Path(__file__).parent
SERVICES = ("identity", "diagnostics", "booking", "notifications")
Document = dict[str, object]


def openapi_text(service: Service) -> str:
    """Write the service's OpenAPI as it is committed."""
    return json.dumps(create_api(service).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def asyncapi_text(service: Service) -> str:
    """Write the service's AsyncAPI 3.0 as it is committed."""
    return yaml.safe_dump(asyncapi_document(service), allow_unicode=True, sort_keys=False, width=120)


def asyncapi_document(service: Service) -> Document:
    """Describe what the service sends and receives; payloads refer to `libs/contracts/schemas`."""
    sent, heard = _by_topic(service.publications.events), _by_topic(service.consumers.events)
    operations = {f"send {topic}": _operation("send", topic, events) for topic, events in sorted(sent.items())}
    operations |= {f"receive {topic}": _operation("receive", topic, events) for topic, events in sorted(heard.items())}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": service.title, "version": "1", "description": "CloudEvents 1.0, Kafka binary mode."},
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, [*sent[topic], *heard[topic]]) for topic in sorted({*sent, *heard})},
        "operations": operations,
    }


def _by_topic(events: Iterable[type[Event]]) -> dict[str, list[type[Event]]]:
    topics: dict[str, list[type[Event]]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.type):
        topics[event.topic].append(event)
    return topics


def _channel(topic: str, events: Iterable[type[Event]]) -> Document:
    return {"address": topic, "messages": {event.type: _message(event) for event in events}}


def _message(event: type[Event]) -> Document:
    return {
        "name": event.type,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "bindings": {"kafka": {"key": {"type": "string", "description": event.key_field}}},
        "payload": {"$ref": f"../../libs/contracts/schemas/{event.type}.json"},
    }


def _operation(action: str, topic: str, events: Iterable[type[Event]]) -> Document:
    messages = [{"$ref": f"#/channels/{topic}/messages/{event.type}"} for event in events]
    return {"action": action, "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}


def documents() -> Iterator[tuple[Path, str]]:
    """Every document with its place."""
    services: list[Service] = [import_module(f"bilet_{name}.bootstrap").build() for name in SERVICES]
    for service in services:
        yield DOCS / "openapi" / f"{service.name}.json", openapi_text(service)
        yield DOCS / "asyncapi" / f"{service.name}.yaml", asyncapi_text(service)
    yield DOCS.parent / "deploy/kafka/acls.yaml", acls_text(services)


def give_placeholders() -> None:
    """Make an environment in which a service can be built but not started; documents need no secrets or servers."""
    signing = ec.generate_private_key(ec.SECP256R1())
    rsa_key = rsa.generate_private_key(65537, 2048)
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    os.environ.update(
        BILET_ENVIRONMENT="test",
        BILET_DATABASE_URL="postgresql://nobody@localhost/nothing",
        BILET_JWKS_URL="http://localhost/jwks.json",
        BILET_SIGNING_KEY=signing.private_bytes(*pem).decode(),
        BILET_SERVICE_SIGNING_KEY=signing.private_bytes(*pem).decode(),
        BILET_ESIA_SIGNING_KEY=rsa_key.private_bytes(*pem).decode(),
        BILET_ESIA_PUBLIC_KEY=rsa_key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        BILET_PERSONAL_DATA_KEY=b64encode(bytes(32)).decode(),
    )


def main() -> None:
    """Entry point."""
    give_placeholders()
    stale = []
    for path, text in documents():
        if sys.argv[1:] == ["write"]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"{path.relative_to(DOCS.parent)}: stale, run `make schemas`")
    print("\n".join(stale) or "OpenAPI, AsyncAPI and access rules are current")
    sys.exit(bool(stale))


if __name__ == "__main__":
    main()
