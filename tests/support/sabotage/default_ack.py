"""The subscriber with FastStream's default acknowledgement: offsets are committed before the work is done."""

from typing import Any

from faststream.kafka import KafkaBroker

from bilet_kit.consuming import subscriber


class DefaultAckBroker(KafkaBroker):
    """Ignores what the kit says about acknowledgements."""

    def subscriber(self, *topics: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        options.pop("ack_policy", None)
        return super().subscriber(*topics, auto_commit_interval_ms=200, **options)


def apply() -> None:
    setattr(subscriber, "KafkaBroker", DefaultAckBroker)  # noqa: B010 - it is not ours to name
