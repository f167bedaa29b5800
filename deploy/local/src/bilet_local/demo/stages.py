"""A pupil takes the three stages: answers as plausible as dice can make them, autosaved, sent, looked at again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bilet_local.demo.life import Life, Milestone
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import STAGES
from bilet_local.demo.waiting import Effect, Surprise
from bilet_local.importing.calls import Json, Refused

_SECONDS_PER_ANSWER = 4
_ANSWERED = 0.97
_QUIZ = "quiz"


async def take_stages(life: Life) -> None:
    """As many stages as the plan says; a pupil in a hurry tries to book before the last one.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    wanted = life.plan.stages_at(life.age)
    for stage in range(1, wanted + 1):
        if stage == STAGES and life.plan.hurries:
            await _book_too_early(life)
        await _take(life, stage)
        life.stages_done = stage
        life.world.count(Milestone.STAGE)
    if 0 < wanted < STAGES and life.plan.hurries:
        await _book_too_early(life)


async def _take(life: Life, stage: int) -> None:
    attempt = await life.pupil.post(f"/diagnostics/stages/{stage}/attempts")
    address = f"/diagnostics/attempts/{attempt['attempt_id']}"
    paper = await life.pupil.get(address)
    first, *rest = answers(paper, life.dice, now=datetime.now(UTC))
    item = first.pop("item")
    await life.pupil.put(f"{address}/answers/{item}", first)
    progress = await life.pupil.post(f"{address}/answers", {"answers": rest})
    await _submit(life, address)
    if stage == STAGES:
        record = Record("diagnostics.diagnostics-completed.v1", life.student_id)
        await life.narrator.wait(Effect.UNLOCKED, lambda: _unlocked(life), record)
    feedback = await life.pupil.get(f"{address}/feedback")
    if feedback["stage"] != stage:
        raise Surprise(f"обратная связь не об этапе {stage}")
    words = (feedback["strengths"] or [feedback["summary"]])[0]
    life.narrator.tell(
        f"Этап {stage}: ответов {progress['answered']} из {progress['items']}; обратная связь: «{words}»"
    )


def answers(paper: Json, dice: Random, *, now: datetime) -> list[dict[str, Any]]:
    """Answers to the items of an attempt, given one after another until `now`; a few are left out."""
    items = [item for item in _items(paper, dice) if dice.random() < _ANSWERED]
    began = now - timedelta(seconds=_SECONDS_PER_ANSWER * len(items))
    return [
        {
            "item": item,
            "value": value,
            "sequence": number,
            "answered_at": (began + timedelta(seconds=_SECONDS_PER_ANSWER * number)).isoformat(),
        }
        for number, (item, value) in enumerate(items, start=1)
    ]


def _items(paper: Json, dice: Random) -> Iterator[tuple[str, int]]:
    for instrument in paper["instruments"]:
        leaning = dice.uniform(0.35, 0.8)
        for item in instrument["items"]:
            options = item["options"]
            place = dice.random() if instrument["kind"] == _QUIZ else dice.gauss(leaning, 0.28)
            index = min(max(round(place * (len(options) - 1)), 0), len(options) - 1)
            yield item["item"], options[index]["value"]


async def _submit(life: Life, address: str) -> None:
    try:
        await life.pupil.post(f"{address}/submission", {"answers": "to-check"})
    except Refused as refusal:
        if refusal.code != "look-again":
            raise
        await life.pupil.post(f"{address}/submission", {"answers": "as-they-are"})


async def _book_too_early(life: Life) -> None:
    slots = await life.pupil.get("/booking/catalogue/slots", region=life.world.region_code, free=True, limit=1)
    for slot in slots["items"]:
        request = life.pupil.post("/booking/bookings", {"slot_id": slot["slot_id"]})
        await life.refused(request, life.plan.refusal_before_third_stage(life.age))


async def _unlocked(life: Life) -> bool | None:
    eligibility = await life.pupil.get("/booking/eligibility")
    missing = {obstacle["code"] for obstacle in eligibility["missing"]}
    return None if "diagnostics-incomplete" in missing else True
