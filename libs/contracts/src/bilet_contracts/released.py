"""What was ever released, as lines of hashes that only grow.

The committed schemas alone cannot tell what was released: who deletes one and writes it anew has nothing left to compare
with. A folder's `released.lock` names every version of every file, `sha256  name`, the last line of a name counting.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

LOCK = "released.lock"


def departures(folder: Path) -> Iterator[str]:
    """Name every way in which a folder is not what its lock says: something lost, or something never released."""
    yield from losses(folder)
    released = _last_released(folder)
    yield from (
        f"{path.stem}: not in {LOCK}, run `make schemas`" for path in _files(folder) if path.name not in released
    )


def losses(folder: Path) -> Iterator[str]:
    """Name every released file that is gone or is not what was released last; a folder of files has its lock."""
    if not (folder / LOCK).exists() and _files(folder):
        yield f"{folder.name}: {LOCK} is gone: restore it"
    for name, digest in _last_released(folder).items():
        path = folder / name
        if not path.exists():
            yield f"{path.stem}: released once, but gone: restore it"
        elif _digest(path) != digest:
            yield f"{path.stem}: not what was released last: restore it"


def refuse_losses(folder: Path) -> None:
    """End the command while anything released is lost: what is written next would become the release."""
    if lost := list(losses(folder)):
        raise SystemExit("; ".join(lost))


def release(folder: Path) -> None:
    """Add a line for every file that is new or differs from what was released last; no line is ever changed."""
    released = _last_released(folder)
    with (folder / LOCK).open("a", encoding="utf-8") as lock:
        for path in _files(folder):
            if released.get(path.name) != _digest(path):
                lock.write(f"{_digest(path)}  {path.name}\n")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _last_released(folder: Path) -> dict[str, str]:
    lock = folder / LOCK
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
