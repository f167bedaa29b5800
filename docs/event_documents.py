"""Each service's AsyncAPI 3.1: what it sends and receives, with the headers every record has and a golden example."""

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

from bilet_contracts.base import Event
from bilet_kit.process.service import Service

Document = dict[str, object]
GOLDEN = Path(__file__).parents[1] / "libs/contracts/golden"
SCHEMAS = "../../libs/contracts/schemas"

_HEADERS: Document = {
    "type": "object",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_time",
        "ce_subject",
        "ce_sequence",
        "ce_region",
    ],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "Of the event: a repeat has the same."},
        "ce_type": {"type": "string", "description": "Name and version of the event."},
        "ce_source": {"type": "string", "description": "`/bilet/<service>`, the owner of the topic."},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "description": "The record's key."},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "1, 2, 3 … per topic and key, to be compared as a number: our own attribute, not the "
            "registered CloudEvents extension `sequence`, whose values order as strings.",
        },
        "ce_region": {"type": "string", "description": "Code of the region."},
        "ce_factid": {"type": "string", "format": "uuid", "description": "Shared by all versions of one fact."},
        "content-type": {"type": "string", "const": "application/json"},
        "traceparent": {"type": "string", "description": "W3C trace context."},
    },
}
_SERVERS: Document = {
    "kafka": {
        "host": "kafka.bilet.example:9093",
        "protocol": "kafka-secure",
        "description": "The installation's broker. Every user has rights of their own (deploy/kafka/acls.yaml).",
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
    }
}
_SCHEMES: Document = {"scram": {"type": "scramSha512", "description": "SASL_SSL with SCRAM-SHA-512."}}


def asyncapi_text(service: Service) -> str:
    """Write the service's AsyncAPI as it is committed."""
    return yaml.safe_dump(asyncapi_document(service), allow_unicode=True, sort_keys=False, width=120)


def asyncapi_document(service: Service) -> Document:
    """Describe what the service sends and receives; payloads refer to `libs/contracts/schemas`."""
    sent, heard = _by_topic(service.publications.events), _by_topic(service.consumers.events)
    operations = {f"send {topic}": _sending(service.name, topic, events) for topic, events in sorted(sent.items())}
    operations |= {f"receive {topic}": _hearing(service.name, topic, events) for topic, events in sorted(heard.items())}
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": f"Bilet {service.name}: events",
            "version": "1",
            "description": f"{service.title}. CloudEvents 1.0 in Kafka's binary mode.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "contact": {"name": "Support", "url": "https://bilet.example/support", "email": "support@bilet.example"},
            "tags": [{"name": service.name}],
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": {topic: _channel(topic, [*sent[topic], *heard[topic]]) for topic in sorted({*sent, *heard})},
        "operations": operations,
        "components": {"securitySchemes": _SCHEMES, "schemas": {"envelope": _HEADERS}},
    }


def _by_topic(events: Iterable[type[Event]]) -> dict[str, list[type[Event]]]:
    topics: dict[str, list[type[Event]]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.type):
        topics[event.topic].append(event)
    return topics


def _channel(topic: str, events: Iterable[type[Event]]) -> Document:
    return {
        "address": topic,
        "messages": {event.type: _message(event) for event in events},
        "bindings": {"kafka": {"topic": topic}},
    }


def _message(event: type[Event]) -> Document:
    golden = json.loads((GOLDEN / f"{event.type}.json").read_text(encoding="utf-8"))
    return {
        "name": event.type,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "headers": {"$ref": "#/components/schemas/envelope"},
        "bindings": {"kafka": {"key": {"type": "string", "description": event.key_field}}},
        "payload": {"$ref": f"{SCHEMAS}/{event.type}.json"},
        "examples": [{"headers": golden["headers"], "payload": golden["value"]}],
    }


def _sending(service: str, topic: str, events: Iterable[type[Event]]) -> Document:
    return _operation("send", topic, events) | {
        "description": f"{service} publishes these to {topic}; nobody else does."
    }


def _hearing(service: str, topic: str, events: Iterable[type[Event]]) -> Document:
    return _operation("receive", topic, events) | {
        "description": f"{service} consumes these of {topic} and passes over the others.",
        "bindings": {"kafka": {"groupId": {"type": "string", "const": f"bilet-{service}"}}},
    }


def _operation(action: str, topic: str, events: Iterable[type[Event]]) -> Document:
    messages = [{"$ref": f"#/channels/{topic}/messages/{event.type}"} for event in events]
    return {"action": action, "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}
