"""Figures of diagnostics that need no server: scoring an attempt, and the statistics of a million."""

import resource
import time
from multiprocessing.queues import Queue
from pathlib import Path
from random import Random
from statistics import median

from bilet_diagnostics.domain.scoring import score_paper
from tests.benchmarks.children import child
from tests.benchmarks.diagnostics_region import GRADE, LIBRARY

PSYCHOMETRICS = "big-five-50-2"
_ATTEMPTS = 200
_BLOCK = 100_000
_MISSING = 0.01
_WITHIN = 600.0


def scoring_milliseconds(repeats: int) -> float:
    """Median over `repeats` rounds of scoring one attempt at the longest stage, every one answered otherwise."""
    paper = LIBRARY.paper_for(3, GRADE)
    random = Random(1)
    attempts = [[random.choice(allowed) for allowed in paper.allowed] for _ in range(_ATTEMPTS)]
    rounds = []
    for _ in range(repeats):
        began = time.perf_counter()
        for values in attempts:
            score_paper(paper, values)
        rounds.append((time.perf_counter() - began) / _ATTEMPTS)
    return median(rounds) * 1_000


async def write_answers(path: Path, rows: int) -> None:
    """Write a file of answers to 50 items with a grade, one in a hundred of them missing."""
    async with child(_write, str(path), rows) as writer:
        await writer.answer(_WITHIN)


async def psychometrics_of(path: Path) -> tuple[float, float]:
    """Seconds and gibibytes that the statistics of a file take, in a process that does nothing else."""
    async with child(_measure, str(path)) as measuring:
        seconds, kibibytes = await measuring.answer(_WITHIN)
    return seconds, kibibytes / 2**20


async def _write(answers: "Queue[int]", path: str, rows: int) -> None:
    write_rows(Path(path), rows)
    answers.put(rows)


def write_rows(path: Path, rows: int) -> None:
    """Write the same rows in this process."""
    import numpy as np  # noqa: PLC0415 - only in this process

    items = [item.id for item in LIBRARY.paper((PSYCHOMETRICS,)).items]
    random = np.random.default_rng(1)
    with path.open("wb") as file:
        file.write((",".join([*items, "grade"]) + "\n").encode())
        for _ in range(0, rows, _BLOCK):
            block = np.full((min(rows, _BLOCK), 2 * len(items) + 2), ord(","), np.uint8)
            block[:, 0 : 2 * len(items) : 2] = random.integers(ord("1"), ord("6"), (len(block), len(items)))
            block[:, -2] = random.integers(ord("6"), ord("9") + 1, len(block))
            block[:, -1] = ord("\n")
            kept = np.ones(block.shape, bool)
            kept[:, 0 : 2 * len(items) : 2] = random.random((len(block), len(items))) >= _MISSING
            file.write(block[kept].tobytes())


async def _measure(answers: "Queue[tuple[float, float]]", path: str) -> None:
    began = time.perf_counter()
    from bilet_diagnostics.domain.norms import GRADE_BANDS  # noqa: PLC0415 - loading is part of the figure
    from bilet_diagnostics.psychometrics import answer_files, scales  # noqa: PLC0415 - loading is part of the figure

    (instrument,) = LIBRARY.paper((PSYCHOMETRICS,)).instruments
    groups = scales.gather(answer_files.read_answers(Path(path), instrument), instrument, GRADE_BANDS)
    if not all(one.alpha_listwise is not None for one in groups.everyone.values()):
        raise AssertionError("every scale has an α")
    answers.put((time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
