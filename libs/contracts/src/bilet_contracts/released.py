"""What was ever released, as lines of hashes that only grow.

The committed schemas alone cannot tell what was released: who deletes one and writes it anew has nothing left to compare
with. A folder's `released.lock` names every version of every file, `sha256  name`, the last line of a name counting.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

LOCK = "released.lock"


def departures(folder: Path) -> Iterator[str]:
    """Name every released file that is gone or is not what was released last, and every file that was never released."""
    released = _last_released(folder)
    for name, digest in released.items():
        path = folder / name
        if not path.exists():
            yield f"{path.stem}: released once, but gone: restore it"
        elif _digest(path) != digest:
            yield f"{path.stem}: not what was released last: restore it"
    for path in sorted(folder.glob("*.json")):
        if path.name not in released:
            yield f"{path.stem}: not in {LOCK}, run `make schemas`"


def release(folder: Path) -> None:
    """Add a line for every file that is new or differs from what was released last; no line is ever changed."""
    released = _last_released(folder)
    with (folder / LOCK).open("a", encoding="utf-8") as lock:
        for path in sorted(folder.glob("*.json")):
            if released.get(path.name) != _digest(path):
                lock.write(f"{_digest(path)}  {path.name}\n")


def _last_released(folder: Path) -> dict[str, str]:
    lock = folder / LOCK
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
