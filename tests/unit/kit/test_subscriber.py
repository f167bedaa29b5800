"""How the one subscriber is set up: the traps of design section 9 are settings that must not be forgotten."""

from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.configs import KafkaBrokerConfig
from faststream.kafka.subscriber.usecase import BatchSubscriber

from bilet_kit.consuming.consumers import Consumers
from bilet_kit.consuming.subscriber import build_broker
from tests.support.echo_service.bootstrap import build
from tests.support.echo_service.settings import settings_for
from tests.support.sabotage.default_ack import DefaultAckBroker

SETTINGS = settings_for("postgresql://nobody@127.0.0.1/nothing", kafka_fetch_max_wait_ms=20)


def subscribers_of(broker: KafkaBroker) -> list[BatchSubscriber]:
    found = list(broker.subscribers)
    assert all(isinstance(subscriber, BatchSubscriber) for subscriber in found)
    return [subscriber for subscriber in found if isinstance(subscriber, BatchSubscriber)]


def echo_subscribers() -> list[BatchSubscriber]:
    service = build(SETTINGS)
    return subscribers_of(build_broker(service.settings, service.consumers, service.processor))


def test_every_subscriber_acknowledges_by_hand_and_starts_at_the_beginning() -> None:
    subscribers = echo_subscribers()
    assert len(subscribers) == 1
    for subscriber in subscribers:
        assert subscriber.ack_policy is AckPolicy.MANUAL
        assert subscriber._connection_args["enable_auto_commit"] is False
        assert subscriber._connection_args["auto_offset_reset"] == "earliest"


def test_the_default_acknowledgement_would_be_noticed() -> None:
    broker = DefaultAckBroker("127.0.0.1:1")
    broker.subscriber("echo.calls", group_id="x", ack_policy=AckPolicy.MANUAL)
    assert [subscriber.ack_policy for subscriber in broker.subscribers] != [AckPolicy.MANUAL]


def test_a_service_has_one_subscriber_for_all_its_topics() -> None:
    (subscriber,) = echo_subscribers()
    assert [topic.name for topic in subscriber.topics] == ["echo.calls"]
    assert subscriber.group_id == "bilet-echo"


class IdleConsumer:
    """Has nothing; remembers how it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, int]] = []

    async def getmany(self, **how: int) -> dict[object, list[object]]:
        self.asked.append(how)
        return {}


async def test_an_empty_poll_is_followed_by_the_next_one_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pause(_: float) -> None:
        pytest.fail("a record that comes in the pause waits for its end")

    monkeypatch.setattr("anyio.sleep", pause)
    (subscriber,) = echo_subscribers()
    consumer: Any = IdleConsumer()
    assert await subscriber.get_msg(consumer) == ()
    assert consumer.asked == [{"timeout_ms": 1000, "max_records": 500}]
    assert subscriber._connection_args["fetch_max_wait_ms"] == 20


def test_topics_are_not_made_by_consumers() -> None:
    (subscriber,) = echo_subscribers()
    config: KafkaBrokerConfig = subscriber._outer_config
    assert config.allow_auto_create_topics is False


def test_a_service_that_hears_nothing_has_no_subscriber() -> None:
    service = build(SETTINGS)
    assert not list(build_broker(SETTINGS, Consumers(service="deaf"), service.processor).subscribers)
