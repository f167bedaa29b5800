"""The season of a cohort, act by act, with the business clock turned between the acts."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from random import Random

from bilet_local.demo.birthdays import keep_up
from bilet_local.demo.clock import BusinessClock
from bilet_local.demo.cohort import Act, Cohort, perform
from bilet_local.demo.decisions import decide_all, settle
from bilet_local.demo.invited import Invited
from bilet_local.demo.joining import join
from bilet_local.demo.life import Life, Milestone, World
from bilet_local.demo.mentors import Mentor, activation_codes, begin_work, record_past
from bilet_local.demo.narration import Quiet, Storyteller
from bilet_local.demo.plan import ADULT_AGE, CONSENT_AGE, STORY, plan_for
from bilet_local.demo.seats import book
from bilet_local.demo.stages import take_stages
from bilet_local.demo.waiting import Latencies, Surprise, until
from bilet_local.importing.calls import Caller, Refused
from bilet_local.importing.pack import Pack

_STORY_GRADES = (8, 9)
_MORNING = time(9)
_POST_WITHIN = 300.0
_LOOK_AGAIN = 0.2
_JOIN, _STAGES, _BOOK, _SETTLE = (
    (date(2026, 7, 7), time(9, 30)),
    (date(2026, 7, 9), time(15)),
    (date(2026, 7, 14), time(16)),
    (date(2026, 7, 17), time(18)),
)
_TRY_OUTS = tuple((date(2026, month, 1), time(9)) for month in (9, 10, 11, 12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everybody in the season: the family whose story is told, and the cohort of all the others.

    Attributes:
        letters_gone: whether no letter waits; time is turned after the post, for letters expire by it.
    """

    world: World
    letters_gone: Callable[[], Awaitable[bool]]
    clock: BusinessClock
    operator: Caller
    cohort: Cohort
    story: Life
    latencies: Latencies


def opening(pack: Pack) -> datetime:
    """Find the morning of the season's first day in the region."""
    return datetime.combine(pack.opens_on, _MORNING, pack.zone)


def choose(invited: Sequence[Invited], number: int | None, seed: int, opens_on: date) -> list[Invited]:
    """Choose the cohort: the story's pupil first, then others drawn by the seed; None means everybody."""
    hero = next(one for one in _shuffled(invited, seed) if _suits_the_story(one, opens_on))
    others = [one for one in _shuffled(invited, seed) if one is not hero]
    return [hero, *(others if number is None else others[: number - 1])]


def as_lives(
    chosen: Sequence[Invited], world: World, opens_on: date, seed: int, narrators: tuple[Storyteller, Quiet]
) -> list[Life]:
    """Make the families with their plans; the first one's story is told."""
    storyteller, quiet = narrators
    return [
        Life(
            world=world,
            invited=invited,
            plan=plan_for(seed, str(invited.number)) if number else STORY,
            age=invited.age_on(opens_on),
            narrator=quiet if number else storyteller,
            dice=Random(f"{seed}/{invited.number}/choices"),  # noqa: S311 - a story, not a secret
            pupil=Caller(world.gateway),
            guardian=Caller(world.gateway),
        )
        for number, invited in enumerate(chosen)
    ]


async def live_season(company: Company) -> None:
    """From the printed codes to the mentors' recommendations."""
    await _act(company, _JOIN, "Аккаунты, родители, согласия", join, (Milestone.ACCOUNT, Milestone.ACTIVE))
    await _act(company, _STAGES, "Диагностика", _take_stages, (Milestone.STAGE, Milestone.REFUSED))
    await _act(company, _BOOK, "Запись и решения родителей", _book_and_decide, (Milestone.BOOKED, Milestone.DECIDED))
    await _act(company, _SETTLE, "Сроки вышли, отмены", _settle, (Milestone.SETTLED, Milestone.BOOKED))
    mentors = await _hire(company)
    by_student = {life.student_id: life for life in (company.story, *company.cohort.lives)}
    for moment in _TRY_OUTS:
        await _turn(company, moment)
        errands = [partial(_work, company, mentor, by_student) for mentor in mentors]
        await company.cohort.each("Профпробы прошли", errands, (Milestone.RECORDED, Milestone.ADVISED))


async def _act(company: Company, moment: tuple[date, time], title: str, act: Act, shown: Iterable[Milestone]) -> None:
    """Let the story's family act first and alone, so that its times are not those of a crowd; then all the others."""
    await _turn(company, moment)
    if not company.story.over:
        await perform(company.cohort.tally, company.story, act)
    await company.cohort.live(title, act, shown)


async def _turn(company: Company, moment: tuple[date, time]) -> None:
    async def post() -> bool | None:
        return await company.letters_gone() or None

    with suppress(Surprise):
        await until(post, pause=_LOOK_AGAIN, what="письма", patience=_POST_WITHIN)
    day, hour = moment
    at = datetime.combine(day, hour, company.world.zone)
    await company.clock.set(at)
    company.cohort.console.print(f"\n[bold]{at:%d.%m.%Y, %H:%M}[/]")


async def _take_stages(life: Life) -> None:
    await keep_up(life)
    await take_stages(life)


async def _settle(life: Life) -> None:
    await keep_up(life)
    await settle(life)


async def _book_and_decide(life: Life) -> None:
    await keep_up(life)
    await book(life)
    await decide_all(life)


async def _hire(company: Company) -> list[Mentor]:
    """Mentors set their passwords; one who cannot is a surprise like any other."""
    codes = await activation_codes(company.operator)
    mentors: list[Mentor] = []

    async def hire(code: str, activation: str) -> None:
        try:
            mentors.append(await begin_work(company.world.gateway, code, activation))
        except Refused as refusal:
            company.cohort.tally.surprises.append(f"наставник {code}: {refusal}")

    await company.cohort.each("Наставники входят", [partial(hire, *pair) for pair in codes.items()], ())
    return mentors


async def _work(company: Company, mentor: Mentor, by_student: Mapping[str, Life]) -> None:
    try:
        await record_past(mentor, by_student, company.clock.now())
    except (Surprise, Refused) as error:
        company.cohort.tally.surprises.append(f"наставник {mentor.code}: {error}")


def _shuffled(invited: Sequence[Invited], seed: int) -> list[Invited]:
    shuffled = list(invited)
    Random(seed).shuffle(shuffled)  # noqa: S311 - a story, not a secret
    return shuffled


def _suits_the_story(invited: Invited, opens_on: date) -> bool:
    return invited.grade in _STORY_GRADES and CONSENT_AGE <= invited.age_on(opens_on) < ADULT_AGE - 1
