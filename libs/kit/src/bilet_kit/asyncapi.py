"""AsyncAPI 3.0 of a service, from what it publishes and what it listens to.

FastStream cannot write it: behind its one subscriber of raw records it sees no events.
"""

from collections import defaultdict
from collections.abc import Iterable

from bilet_contracts.base import Event
from bilet_kit.service import Service

Document = dict[str, object]


def asyncapi_document(service: Service) -> Document:
    """The document, ready to be written as YAML; schemas are references into `libs/contracts/schemas`."""
    sent, heard = _by_topic(service.publications.events), _by_topic(service.consumers.events)
    topics = sorted({*sent, *heard})
    return {
        "asyncapi": "3.0.0",
        "info": {"title": service.title, "version": "1", "description": "CloudEvents 1.0, Kafka binary mode."},
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, [*sent[topic], *heard[topic]]) for topic in topics},
        "operations": {
            **{f"send {topic}": _operation("send", topic, events) for topic, events in sorted(sent.items()) if events},
            **{
                f"receive {topic}": _operation("receive", topic, events)
                for topic, events in sorted(heard.items())
                if events
            },
        },
    }


def _by_topic(events: Iterable[type[Event]]) -> dict[str, list[type[Event]]]:
    topics: dict[str, list[type[Event]]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.type):
        topics[event.topic].append(event)
    return topics


def _channel(topic: str, events: Iterable[type[Event]]) -> Document:
    return {"address": topic, "messages": {event.type: _message(event) for event in events}}


def _message(event: type[Event]) -> Document:
    summary = (event.__doc__ or "").strip().splitlines()[0]
    return {
        "name": event.type,
        "summary": summary,
        "bindings": {"kafka": {"key": {"type": "string", "description": event.key_field}}},
        "payload": {"$ref": f"../../libs/contracts/schemas/{event.type}.json"},
    }


def _operation(action: str, topic: str, events: Iterable[type[Event]]) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [{"$ref": f"#/channels/{topic}/messages/{event.type}"} for event in events],
    }
