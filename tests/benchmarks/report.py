"""docs/benchmarks.md: one part per benchmark, replaced when that benchmark has run, the others left as they are."""

import re
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.figures import Section, as_markdown

FILE = Path(__file__).parents[2] / "docs/benchmarks.md"
ORDER = ("latency", "drain", "booking", "diagnostics", "letters", "ordinary", "gateway", "takeovers", "stack")
_HEAD = """# Benchmarks

Written by `make bench` (`python -m tests.benchmarks [latency|drain|booking|diagnostics|letters|ordinary|gateway|takeovers|stack] [--quick]`). Every figure stands beside its floor, measured in
the same run by the programs in `tests/benchmarks/floors`, which do the same work without any of our code. Everything (clients, servers,
PostgreSQL with its stock durability, the broker) shares one machine, and the same row moves by up to 1.8 × within the hour: trust the ratios.
A ratio is taken within a run; the median over the runs counts. "Others' CPU" is what processes that are not the benchmark's used meanwhile,
in percent of one core.
"""


def write(section: Section, *, file: Path = FILE) -> None:
    """Put the section into the document."""
    parts = _parts(file.read_text(encoding="utf-8")) if file.exists() else {}
    parts[section.name] = f"## {section.title}\n\n{machine.description()}\n\n{as_markdown(section)}"
    marked = (f"<!-- {name} -->\n{parts[name]}\n<!-- /{name} -->\n" for name in ORDER if name in parts)
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join((_HEAD, *marked)), encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    return {name: body.strip() for name, body in re.findall(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", text, re.DOTALL)}
