"""A Python process of ours: a service's api or worker, or any other module with a health address."""

from collections.abc import Mapping
from pathlib import Path

from bilet_local.components import probes
from bilet_local.components.component import ProcessComponent
from bilet_local.processes import ChildProcess


class Program(ProcessComponent):
    """A command that serves HTTP on its port.

    Args:
        command: what to run; a bare name is looked up beside our own interpreter.
        environment: its settings.
        health: the path that answers 2xx once it is ready.
    """

    stop_within = 15.0

    def __init__(
        self,
        name: str,
        *,
        directory: Path,
        command: tuple[str, ...],
        environment: Mapping[str, str],
        port: int,
        health: str,
    ) -> None:
        super().__init__(name, directory=directory, port=port)
        self._command = command
        self._environment = environment
        self._health = health

    def spawn(self) -> ChildProcess:
        """Start the command."""
        return ChildProcess(self._command, environment=self._environment, log_file=self.log_file)

    async def serves(self) -> bool:
        """Whether its health path says so."""
        return await probes.answers_ok(f"http://{self.address}{self._health}")
