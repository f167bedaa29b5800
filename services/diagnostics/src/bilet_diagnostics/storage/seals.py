"""Seals: the checksums of what was published, because a published version never changes again.

A wrong key is put right by a new version; `published.sha256` lies beside the files, in the form of `sha256sum`.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

LIST = "published.sha256"


def faults_of_seals(folder: Path) -> Iterator[str]:
    """What was published and has been changed or removed since, and what lies here without having been published."""
    sealed = read_seals(folder)
    present = {_name(folder, path): path for path in _files(folder)}
    for name, path in sorted(present.items()):
        if name not in sealed:
            yield f"{name}: ещё не опубликовано (bilet-diagnostics instruments publish)"
        elif sealed[name] != _digest(path):
            yield f"{name}: изменено после публикации; исправление — это новая версия, а не правка прежней"
    yield from (f"{name}: опубликовано, но файла нет" for name in sorted(sealed.keys() - present.keys()))


def read_seals(folder: Path) -> dict[str, str]:
    """File name to checksum of what was published."""
    path = folder / LIST
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines if line.strip())}


def seal(folder: Path) -> tuple[str, ...]:
    """Publish what lies here unpublished, and leave every seal that exists; the names of what is new."""
    sealed = read_seals(folder)
    new = {name: _digest(path) for path in _files(folder) if (name := _name(folder, path)) not in sealed}
    lines = [f"{digest}  {name}\n" for name, digest in sorted((sealed | new).items())]
    (folder / LIST).write_text("".join(lines), encoding="ascii")
    return tuple(sorted(new))


def _files(folder: Path) -> list[Path]:
    return [*folder.glob("*.yaml"), *folder.glob("norms/*.yaml")]


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
