"""The installation that the demo runs on: started, or already running; and the parents whom its ESIA knows."""

from collections.abc import Iterable

import httpx

from bilet_local.commands.up import bring_up
from bilet_local.demo.invited import Invited, to_esia
from bilet_local.errors import StackError
from bilet_local.installation import Broker, Installation
from bilet_local.state import Phase, StateDirectory

_PARENTS_AT_ONCE = 500


def ensure_running(directory: StateDirectory, *, broker: Broker, port_base: int) -> bool:
    """Start the installation unless it runs already; whether it was started here.

    Raises:
        StackError: it did not start, or another broker was asked for than the one that runs.
    """
    state = directory.read()
    if directory.is_supervised() and state is not None and state.phase is Phase.RUNNING:
        if directory.installation().broker is not broker:
            raise StackError("Стек уже запущен с другим брокером: остановите его (`bilet down --erase`).")
        return False
    installation = Installation.from_environment(state_dir=directory.root, port_base=port_base, broker=broker)
    bring_up(directory, installation)
    return True


async def load_parents(esia: str, invited: Iterable[Invited]) -> None:
    """Give the stand-in one confirmed parent for each pupil.

    Raises:
        StackError: the stand-in does not answer, or it is the real ESIA.
    """
    async with httpx.AsyncClient(base_url=esia, timeout=30) as client:
        for some in _batches(list(invited)):
            try:
                answer = await client.put("/admin/persons", json={"persons": [to_esia(one) for one in some]})
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise StackError(f"Стенд ЕСИА не принял родителей: {type(error).__name__}") from None


def _batches(invited: list[Invited]) -> list[list[Invited]]:
    return [invited[first : first + _PARENTS_AT_ONCE] for first in range(0, len(invited), _PARENTS_AT_ONCE)]
