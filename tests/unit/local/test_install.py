"""`make setup` says one line, and when it fails the end of what pip said."""

import subprocess
import sys
from pathlib import Path

import pytest

from bilet_local import layout

SCRIPT = layout.PROJECT_ROOT / "deploy/install.py"
STANDIN = """
import sys
if "--require-hashes" in sys.argv:
    for number in range(100):
        print(f"Collecting package{number}==1.0 (from -r requirements.lock)")
    print("Installing collected packages: a, b")
    print("Successfully installed a b")
print("ERROR: no room on the disk" if "broken" in sys.argv else "")
sys.exit("broken" in sys.argv)
"""


@pytest.fixture
def pip(tmp_path: Path) -> dict[str, str]:
    """Put a pip in front of the real one that talks as much and installs nothing."""
    package = tmp_path / "front/pip"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STANDIN)
    return {"PYTHONPATH": str(package.parent)}


def installed(pip: dict[str, str], directory: Path, *packages: str) -> subprocess.CompletedProcess[str]:
    lock = directory / "requirements.lock"
    lock.write_text("".join(f"package{number}==1.0 \\\n    --hash=sha256:00\n" for number in range(100)))
    command = [sys.executable, str(SCRIPT), str(lock), str(directory / "install.log"), *packages]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=pip)


def test_an_installation_says_one_line(pip: dict[str, str], tmp_path: Path) -> None:
    done = installed(pip, tmp_path, "libs/kit")

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert "готово за" in done.stdout
    assert "Collecting package99" in (tmp_path / "install.log").read_text()


def test_a_failed_installation_says_why(pip: dict[str, str], tmp_path: Path) -> None:
    failed = installed(pip, tmp_path, "broken")

    assert failed.returncode == 1
    assert "ERROR: no room on the disk" in failed.stderr
    assert str(tmp_path / "install.log") in failed.stderr
    assert "готово" not in failed.stdout


def test_the_makefile_installs_by_the_script() -> None:
    makefile = (layout.PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")

    assert "deploy/install.py requirements.lock" in makefile
    assert "-m pip" not in makefile
