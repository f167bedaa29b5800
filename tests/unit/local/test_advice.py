"""What people are told to run exists."""

import re

from bilet_local.layout import PROJECT_ROOT

ADVICE = re.compile(r"`make ([a-z]+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
FOLDERS = ("deploy", "docs", "libs", "services")


def test_every_make_target_that_a_message_or_document_names_exists() -> None:
    files = [path for folder in FOLDERS for kind in ("*.py", "*.md") for path in (PROJECT_ROOT / folder).rglob(kind)]
    named = {
        (str(path.relative_to(PROJECT_ROOT)), target)
        for path in (*files, *PROJECT_ROOT.glob("*.md"))
        for target in ADVICE.findall(path.read_text(encoding="utf-8"))
    }
    targets = set(TARGET.findall((PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")))

    assert {target for _, target in named} >= {"setup", "demo"}
    assert {(where, target) for where, target in named if target not in targets} == set()
