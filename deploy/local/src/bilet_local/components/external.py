"""Something that runs elsewhere and was named by its address in the environment."""

import asyncio
from pathlib import Path

from bilet_local.components import probes
from bilet_local.errors import StackError

_PATIENCE = 30.0
_POLL = 0.2


class External:
    """Neither started nor stopped by us, only waited for."""

    keeps_data = True
    ports: tuple[int, ...] = ()
    pid: int | None = None
    returncode: int | None = None

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.log_file = Path("/dev/null")

    async def start(self) -> None:
        """Nothing to start."""

    async def ready(self) -> None:
        """Wait until the address accepts connections.

        Raises:
            StackError: it did not within 30 s.
        """
        host, _, port = self.address.rpartition(":")
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while not await probes.accepts_connections(host, int(port)):
            if asyncio.get_running_loop().time() > deadline:
                raise StackError(f"{self.name}: адрес {self.address} из окружения не отвечает.")
            await asyncio.sleep(_POLL)

    async def stop(self) -> None:
        """Nothing to stop."""
