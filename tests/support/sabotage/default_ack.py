"""The subscriber with FastStream's default acknowledgement: offsets are committed before the work is done."""

from typing import Any

from faststream.kafka import KafkaBroker

from bilet_kit import subscriber


class DefaultAckBroker(KafkaBroker):
    """Ignores what the kit says about acknowledgements."""

    def subscriber(self, *topics: str, **options: Any) -> Any:  # noqa: ANN401 - passed on as it is
        del options["ack_policy"]
        return super().subscriber(*topics, auto_commit_interval_ms=200, **options)


def apply() -> None:
    subscriber.KafkaBroker = DefaultAckBroker  # type: ignore[misc]
