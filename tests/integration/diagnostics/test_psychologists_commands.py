"""A psychologist's commands over a real database: statistics of the stored attempts, norms, rescoring."""

import asyncio
from pathlib import Path
from shutil import copytree

from typer.testing import CliRunner

from bilet_diagnostics.cli import app
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from bilet_diagnostics.storage.seals import seal
from tests.integration.diagnostics.test_rescoring import ref, turned, written_correction
from tests.integration.diagnostics.test_stored_psychometrics import some, store
from tests.integration.diagnostics.world import World

READINESS = packaged_folder() / f"{ref('readiness')}.yaml"


async def run(address: str, *arguments: str, folder: Path | None = None) -> str:
    """Run a command that must succeed and return its output."""
    env = {"BILET_ENVIRONMENT": "test", "BILET_DATABASE_URL": address, "BILET_LOG_LEVEL": "WARNING"}
    if folder is not None:
        env["BILET_INSTRUMENTS_DIR"] = str(folder)
    done = await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=env)
    assert done.exit_code == 0, done.output
    return done.output


async def test_stored_attempts_become_a_table_and_a_picture(world: World, address: str, tmp_path: Path) -> None:
    for row in some(20):
        await store(world, row)
    picture = tmp_path / "out.png"
    shown = await run(address, "psychometrics", str(READINESS), "--stored", "--picture", str(picture))
    assert "concern" in shown
    assert picture.stat().st_size > 10_000


async def test_norms_of_200_pupils_are_published_as_a_version(world: World, address: str, tmp_path: Path) -> None:
    folder = copytree(packaged_folder(), tmp_path / "instruments")
    for number in range(200):
        agreed = [min(5, max(1, 1 + number % 5 + (number + place * place) % 3 - 1)) for place in range(20)]
        await store(world, [value if place < 16 else 6 - value for place, value in enumerate(agreed)])
    told = await run(address, "norms", str(READINESS), "--source", "Сезон 2026, регион 63", "--folder", str(folder))
    assert f"{READINESS.stem}-n1.yaml" in told
    assert seal(folder) == (f"norms/{READINESS.stem}-n1.yaml",)
    published = load_library(folder).norms_of(READINESS.stem)
    assert published is not None
    assert [(one.scale, str(one.grades), one.n) for one in published.norms] == [
        (scale, "8-9", 200) for scale in ("concern", "control", "curiosity", "confidence")
    ]


async def test_a_corrected_version_rescores_what_is_stored(world: World, address: str, tmp_path: Path) -> None:
    await world.take(1)
    folder = copytree(packaged_folder(), tmp_path / "instruments")
    right = written_correction(folder, "readiness", turned).stem
    seal(folder)
    told = await run(address, "rescore", right, folder=folder)
    assert f"{right} вместо {READINESS.stem}: пересчитано прохождений 1" in told
    assert "пересчитано прохождений 0" in await run(address, "rescore", right, folder=folder)
