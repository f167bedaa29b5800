"""Waiting for an effect: it is seen, or it is a surprise."""

import pytest

from bilet_local.demo.waiting import Surprise, until


async def test_waiting_ends_with_the_answer() -> None:
    answers = iter([None, None, "seen"])

    async def probe() -> str | None:
        return next(answers)

    seen, seconds = await until(probe, pause=0.001, what="эффект")

    assert seen == "seen"
    assert 0 < seconds < 5


async def test_what_does_not_come_is_a_surprise() -> None:
    async def probe() -> str | None:
        return None

    with pytest.raises(Surprise, match=r"не дождались.*эффект"):
        await until(probe, pause=0.001, what="эффект", patience=0.01)
