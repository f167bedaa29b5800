"""A region's pack cut down to a few mentors and rosters, so that a whole season fits into a test."""

import shutil
from pathlib import Path

from tests.support.migrations import ROOT

PACK = ROOT / "data/samara"
WHOLE_FILES = ("season.csv", "sites.csv", "competencies.csv", "schools.csv")


def small_pack(directory: Path, *, mentors: int, rosters: int) -> Path:
    """Write the large pack into `directory`, with its first mentors, their try-outs and slots, and its first rosters."""
    (directory / "rosters").mkdir()
    for name in WHOLE_FILES:
        shutil.copy(PACK / name, directory / name)
    listed = (PACK / "mentors.csv").read_text(encoding="utf-8").splitlines()[1 : mentors + 1]
    codes = tuple(row.split(",")[0] for row in listed)
    for name in ("mentors.csv", "try_outs.csv", "slots.csv"):
        heading, *rows = (PACK / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if any(code in row.split(",")[:4] or row.startswith(f"{code}-") for code in codes)]
        (directory / name).write_text(heading + "".join(kept), encoding="utf-8")
    for roster in sorted((PACK / "rosters").glob("*.csv"))[:rosters]:
        shutil.copy(roster, directory / "rosters" / roster.name)
    return directory
