"""What was released is judged by the repository's history too: a lock rewritten by hand deceives nobody."""

import json
import subprocess
from pathlib import Path

import pytest

from bilet_contracts.compatibility import incompatibilities
from bilet_contracts.released import LOCK, release
from bilet_contracts.schemas import FOLDER, GOLDEN
from tests.support.history import lines_taken_away, released_before

IN_GIT = subprocess.run(["git", "rev-parse"], cwd=FOLDER, capture_output=True, check=False).returncode == 0
needs_history = pytest.mark.skipif(not IN_GIT, reason="NO HISTORY: what was released before is not checked")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a repository that has released one schema."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "greeted.v1.json").write_text('{"enum": ["hi", "hello"]}', encoding="utf-8")
    release(tmp_path)
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    identity = ["-c", "user.name=test", "-c", "user.email=test@bilet.example"]
    subprocess.run(["git", *identity, "commit", "--quiet", "--no-verify", "-m", "A release"], cwd=folder, check=True)


def breaks(folder: Path) -> list[str]:
    """Say how the present files break what was released of them, at any time."""
    return [
        f"{version.name}: {change}"
        for version in released_before(folder)
        for change in incompatibilities(json.loads(version.content), json.loads((folder / version.name).read_bytes()))
    ]


@needs_history
@pytest.mark.parametrize("place", [FOLDER, GOLDEN], ids=lambda place: place.name)
def test_no_line_of_what_was_released_was_ever_taken_away(place: Path) -> None:
    assert lines_taken_away(place) == []


@needs_history
def test_every_schema_is_compatible_with_all_that_was_released_of_it() -> None:
    assert breaks(FOLDER) == []


def test_a_lock_written_anew_is_noticed(folder: Path) -> None:
    assert lines_taken_away(folder) == []
    (folder / LOCK).unlink()
    (folder / "greeted.v1.json").write_text('{"enum": ["hi", "hello", "hey"]}', encoding="utf-8")
    release(folder)
    commit(folder)

    assert [line.split("  ")[1] for line in lines_taken_away(folder)] == ["greeted.v1.json"]


def test_a_wider_schema_with_a_line_of_its_own_is_noticed(folder: Path) -> None:
    assert breaks(folder) == []
    (folder / "greeted.v1.json").write_text('{"enum": ["hi", "hello", "hey"]}', encoding="utf-8")
    release(folder)
    commit(folder)

    assert lines_taken_away(folder) == []
    assert len(breaks(folder)) == 1
