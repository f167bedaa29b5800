"""Who turns 14 or 18 during the season: own consents become necessary, or enough, at once."""

from bilet_local.demo.joining import consent
from bilet_local.demo.life import Life
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import ADULT_AGE, CONSENT_AGE, PROCESSING, TRANSFER
from bilet_local.demo.waiting import Effect

_CHANGED = "identity.student-changed.v1"


async def keep_up(life: Life) -> None:
    """Consent as the new age asks for, and wait until booking knows where the pupil stands.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    before, life.age = life.age, life.invited.age_on(life.world.today())
    if not any(before < age <= life.age for age in (CONSENT_AGE, ADULT_AGE)):
        return
    if before < CONSENT_AGE:
        await consent(life, life.pupil, life.plan.own_purposes, life.first_name)
    await life.narrator.wait(Effect.GROWN, lambda: _as_the_rules_say(life), Record(_CHANGED, life.student_id))


async def _as_the_rules_say(life: Life) -> bool | None:
    eligibility = await life.pupil.get("/booking/eligibility")
    missing = {obstacle["code"] for obstacle in eligibility["missing"]}
    purposes = life.plan.purposes(life.age)
    active = ("student-not-active" not in missing) is (PROCESSING in purposes)
    transfer = ("transfer-consent-missing" not in missing) is (TRANSFER in purposes)
    stages = await life.pupil.get("/diagnostics/stages")
    return True if active and transfer and stages["may_begin"] is (PROCESSING in purposes) else None
