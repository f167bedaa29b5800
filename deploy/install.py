"""Install the pinned dependencies and our own packages with one line of progress, where pip prints hundreds.

`python deploy/install.py LOCK LOG PACKAGE…` is what `make setup` runs with the interpreter of .venv, before there is
anything to import: standard library only. LOG keeps what pip said.
"""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

TITLE = "Ставлю зависимости в .venv (в первый раз около минуты)"
_PIN = re.compile(r"^[\w.-]+==", re.MULTILINE)
_SETTLED = ("Collecting ", "Ignoring ", "Requirement already satisfied")
_UNPACKING = "Installing collected packages"
_LAST_WORDS = 15
_PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")


class Line:
    """One line that is written over while it changes; where nobody watches, only its beginning and its end."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._watched = sys.stdout.isatty()
        self._began = time.monotonic()
        print(title, end="", flush=True)

    def show(self, what: str) -> None:
        """Replace what the line says after its title."""
        if self._watched:
            print(f"\r\033[K{self._title}: {what}", end="", flush=True)

    def end(self, what: str) -> None:
        """Say how it ended and how long it took."""
        start = f"\r\033[K{self._title}" if self._watched else ""
        print(f"{start}: {what} за {time.monotonic() - self._began:.0f} с", flush=True)


def run(command: Sequence[str], log: Path, line: Line, pins: int) -> bool:
    """Run pip, count on the line what it has settled, keep its words in the log; whether it succeeded."""
    settled = 0
    with (
        log.open("a", encoding="utf-8") as kept,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,  # noqa: S603 - our own words
    ):
        for words in pip.stdout or ():
            kept.write(words)
            settled += words.startswith(_SETTLED)
            if words.startswith(_UNPACKING):
                line.show("распаковываю")
            elif settled:
                line.show(f"{min(settled, pins)} из {pins}")
    return pip.returncode == 0


def main(lock: Path, log: Path, packages: Sequence[str]) -> int:
    """Install everything; on a failure print the end of what pip said."""
    log.write_text("", encoding="utf-8")
    line = Line(TITLE)
    pins = len(_PIN.findall(lock.read_text(encoding="utf-8")))
    ours = [word for package in packages for word in ("-e", package)]
    good = run([*_PIP, "--require-hashes", "-r", str(lock)], log, line, pins)
    good = good and run([*_PIP, "--quiet", "--no-deps", "--no-build-isolation", *ours], log, line, pins)
    line.end("готово" if good else "не получилось")
    if good:
        return 0
    last = log.read_text(encoding="utf-8").splitlines()[-_LAST_WORDS:]
    print("\n".join([*last, f"Всё, что сказал pip: {log}"]), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
