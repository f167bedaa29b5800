"""Seals: the checksums of what was published, because a published version never changes again.

A wrong key is put right by a new version; `published.sha256` lies beside the files, in the form of `sha256sum`. What
lies there without a seal is a draft: nobody is asked it until it is published.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError

LIST = "published.sha256"
NORMS = "norms"
"""The folder of norms within a folder of instruments."""
_SEAL = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


def files_in(folder: Path) -> dict[str, Path]:
    """Every file of instruments and norms, sealed or not, by its name within the folder, in the names' order."""
    paths = [*folder.glob("*.yaml"), *folder.glob(f"{NORMS}/*.yaml")]
    return dict(sorted((path.relative_to(folder).as_posix(), path) for path in paths))


def drafts_in(folder: Path) -> tuple[str, ...]:
    """List the files here that have not been published.

    Raises:
        InstrumentFileError: the list of seals cannot be read.
    """
    sealed = read_seals(folder)
    return tuple(name for name in files_in(folder) if name not in sealed)


def faults_of_seals(folder: Path) -> Iterator[str]:
    """List the published files that were changed or removed since.

    Raises:
        InstrumentFileError: the list of seals or a sealed file cannot be read.
    """
    present = files_in(folder)
    yield from faults_of_changes(folder, present)
    yield from (f"{name}: опубликовано, но файла нет" for name in sorted(read_seals(folder).keys() - present.keys()))


def faults_of_changes(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Which of these files of the folder were published and have been changed since.

    Raises:
        InstrumentFileError: the list of seals or a sealed file cannot be read.
    """
    sealed = read_seals(folder)
    for name in names:
        if name in sealed and sealed[name] != _digest(folder / name):
            yield f"{name}: изменено после публикации; исправление — это новая версия, а не правка прежней"


def read_seals(folder: Path) -> dict[str, str]:
    """File name to checksum of what was published.

    Raises:
        InstrumentFileError: a line is not as `sha256sum` writes it, or a name stands there twice.
    """
    path = folder / LIST
    sealed: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InstrumentFileError([f"{LIST}: файл не читается"]) from error
    for number, line in enumerate(lines, start=1):
        match = _SEAL.fullmatch(line)
        if match is None:
            raise InstrumentFileError([f"{LIST}: строка {number} записана не по правилам"])
        if match[2] in sealed:
            raise InstrumentFileError([f"{LIST}: {match[2]} указано дважды"])
        sealed[match[2]] = match[1]
    return sealed


def seal(folder: Path) -> tuple[str, ...]:
    """Publish every draft as it is and leave every seal that exists; the names of what is new. Check the drafts first.

    Raises:
        InstrumentFileError: the list of seals cannot be read.
    """
    present = files_in(folder)
    new = {name: _digest(present[name]) for name in drafts_in(folder)}
    if new:
        _write(folder, read_seals(folder) | new)
    return tuple(new)


def _write(folder: Path, sealed: Mapping[str, str]) -> None:
    """Put a new list in the place of the old one at once: whoever starts meanwhile reads one of them whole."""
    unfinished = folder / f".{LIST}.{os.getpid()}"
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(f"{digest}  {name}\n" for name, digest in sorted(sealed.items()))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / LIST)
    finally:
        unfinished.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InstrumentFileError([f"{path.name}: файл не читается"]) from error
