"""How many times the processes of a service run: `booking-api=2,booking-worker=2`; one that is not named runs once."""

from collections.abc import Mapping
from typing import Annotated

import typer

from bilet_local.ports import MOST_REPLICAS, SERVICES

_KINDS = ("api", "worker")
_NAMES = tuple(f"{service}-{kind}" for service in SERVICES for kind in _KINDS)


def read_replicas(text: str) -> dict[str, int]:
    """Read what the option says.

    Raises:
        typer.BadParameter: there is no such process, or not so many of it.
    """
    replicas = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.strip().partition("=")
        if name not in _NAMES:
            raise typer.BadParameter(f"нет процесса «{name}»; есть {', '.join(_NAMES)}")
        if not number.isdecimal() or not 1 <= int(number) <= MOST_REPLICAS:
            raise typer.BadParameter(f"{name}: нужно число от 1 до {MOST_REPLICAS}")
        replicas[name] = int(number)
    return replicas


def name_of(process: str, replica: int) -> str:
    """Name one of them: the first has the process's own name, the next is `booking-api-2`."""
    return process if replica == 1 else f"{process}-{replica}"


def numbers(replicas: Mapping[str, int], process: str) -> range:
    """List the numbers of a process's replicas, from 1."""
    return range(1, replicas.get(process, 1) + 1)


Replicas = Annotated[
    str,
    typer.Option(
        metavar="NAME=N,…",
        help=f"Запустить процесс несколько раз, до {MOST_REPLICAS}: booking-api=2,booking-worker=2.",
    ),
]
