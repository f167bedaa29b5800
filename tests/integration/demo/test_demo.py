"""The whole thing: a small cohort through a season on a stack of its own, and every promise verified."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bilet_local.ports import is_taken

_WITHIN = 600
_BASES = range(19_100, 29_100, 500)


@pytest.fixture
def port_base() -> int:
    """Find a base all of whose ports are free now."""
    return next(base for base in _BASES if not any(map(is_taken, range(base - 100, base + 20))))


@pytest.fixture
def state() -> Iterator[Path]:
    """Make a state directory that PostgreSQL's own account can reach, unlike pytest's, and leave nothing running."""
    with tempfile.TemporaryDirectory(prefix="bilet-demo-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o711)
        path = Path(directory) / "state"
        yield path
        _bilet("down", "--erase", "--state-dir", str(path))


def _bilet(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "bilet"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN, check=False)


@pytest.mark.system
def test_a_small_cohort_goes_through_the_season_and_every_promise_holds(state: Path, port_base: int) -> None:
    options = ("--state-dir", str(state), "--port-base", str(port_base), "--students", "12")

    finished = _bilet("demo", *options)
    again = _bilet("demo", *options, "--exit")

    shown = finished.stdout + finished.stderr
    assert finished.returncode == 0, shown
    assert "Совпадает с expected.json." in shown
    assert shown.count("✔") == 7
    assert "✘" not in shown
    assert again.returncode == 1
    assert "bilet down --erase" in again.stdout + again.stderr
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(state) in " ".join(p.info["cmdline"] or ())]
