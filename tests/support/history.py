"""What the repository's history says of files that only ever grow or stay compatible."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bilet_contracts.released import LOCK


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one file that some commit had."""

    name: str
    content: bytes


def versions(folder: Path, *names: str) -> Iterator[Version]:
    """Read every version that the history knows of a folder's files, newest first; all files when none is named."""
    raw = _git(folder, "log", "--raw", "--no-abbrev", "--no-renames", "-m", "--format=", "--", *(names or ["."]))
    for blob, path in dict.fromkeys(_blobs(raw.decode())):
        yield Version(Path(path).name, _git(folder, "cat-file", "blob", blob))


def lines_taken_away(folder: Path) -> list[str]:
    """Name the lines that some committed version of the folder's lock had and the present one has not."""
    present = set((folder / LOCK).read_text(encoding="utf-8").splitlines())
    committed = {line for version in versions(folder, LOCK) for line in version.content.decode().splitlines()}
    return sorted(committed - present)


def released_before(folder: Path) -> list[Version]:
    """Read every version of the folder's files that its lock names and the history still has."""
    named = set((folder / LOCK).read_text(encoding="utf-8").splitlines())
    return [
        version for version in versions(folder) if f"{sha256(version.content).hexdigest()}  {version.name}" in named
    ]


def _blobs(raw: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, raw.splitlines()):
        about, path = line.split("\t")
        blob = about.split()[3]
        if blob.strip("0"):
            yield blob, path


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True).stdout
