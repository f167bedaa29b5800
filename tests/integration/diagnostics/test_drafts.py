"""Drafts lie in the served folder and are in nobody's way: neither a process's nor the next command's."""

from pathlib import Path
from shutil import copytree

from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.settings import Settings
from bilet_diagnostics.storage.instrument_files import packaged_folder
from bilet_diagnostics.storage.seals import drafts_in
from tests.integration.diagnostics.test_psychologists_commands import READINESS, run
from tests.integration.diagnostics.test_rescoring import turned, written_correction
from tests.integration.diagnostics.test_stored_psychometrics import store
from tests.integration.diagnostics.world import World


async def test_norms_are_drafted_where_the_installation_keeps_its_instruments_and_everything_goes_on(
    world: World, address: str, tmp_path: Path
) -> None:
    folder = copytree(packaged_folder(), tmp_path / "instruments")
    norms = [f"norms/{READINESS.stem}-n{number}.yaml" for number in (1, 2)]
    for number in range(200):
        agreed = [min(5, max(1, 1 + number % 5 + (number + place * place) % 3 - 1)) for place in range(20)]
        await store(world, [value if place < 16 else 6 - value for place, value in enumerate(agreed)])
    for draft in norms:
        told = await run(address, "norms", str(READINESS), "--source", "Сезон 2026, регион 63", folder=folder)
        assert Path(draft).name in told
    assert set(norms) <= set(drafts_in(folder))

    assert "concern" in await run(address, "psychometrics", str(READINESS), "--stored", folder=folder)
    build(Settings.model_validate({"environment": "test", "database_url": address, "instruments_dir": folder}))
    listed = await run(address, "instruments", "list", folder=folder)
    assert all(f"{draft}\tчерновик" in listed for draft in norms)


async def test_a_rescoring_goes_on_beside_a_draft_that_is_not_finished(
    world: World, address: str, tmp_path: Path
) -> None:
    await world.take(1)
    folder = copytree(packaged_folder(), tmp_path / "instruments")
    right = written_correction(folder, "readiness", turned).stem
    await run(address, "instruments", "publish", folder=folder)
    (folder / "unfinished-1.yaml").write_text("id: unfinished\n", encoding="utf-8")
    assert "пересчитано прохождений 1" in await run(address, "rescore", right, folder=folder)
