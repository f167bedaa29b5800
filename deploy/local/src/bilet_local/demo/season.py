"""The season of a cohort, act by act, with the business clock turned between the acts."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
from bilet_local.demo.settling import Patience, UnderWay, settled
from bilet_local.demo.stages import take_stages
from bilet_local.demo.waiting import Latencies, Surprise
from bilet_local.errors import StackError
from bilet_local.importing.calls import Caller, Refused
from bilet_local.importing.pack import Offer, Pack, Season

_MORNING = time(9)
_PATIENCE = Patience(pause=0.2)
_STAGES_AFTER, _BOOK_AFTER, _SETTLE_AFTER = timedelta(days=2), timedelta(days=5), timedelta(days=3)
_MONTH = timedelta(days=31)

Moment = tuple[date, time]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """When each act of the season is played, in the region's time; after each of `try_outs` the mentors record."""

    join: Moment
    stages: Moment
    book: Moment
    settle: Moment
    try_outs: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everybody in the season: the family whose story is told, and the cohort of all the others.

    Attributes:
        post: the letters under way; time is turned after them, for they expire by it.
    """

    world: World
    acts: Acts
    post: Callable[[], Awaitable[UnderWay]]
    clock: BusinessClock
    operator: Caller
    cohort: Cohort
    story: Life
    latencies: Latencies


def opening(pack: Pack) -> datetime:
    """Find the morning of the season's first day in the region."""
    return datetime.combine(pack.opens_on, _MORNING, pack.zone)


def acts_of(season: Season) -> Acts:
    """Lay the acts into a season: families come as it opens, mentors record at the beginning of every month.

    Raises:
        StackError: the season ends before everything can have happened.
    """
    joined = season.registration_from
    stages = max(season.diagnostics_from, joined + _STAGES_AFTER)
    booked = max(season.booking_from, stages + _BOOK_AFTER)
    settled = booked + _SETTLE_AFTER
    if settled >= season.try_outs_until:
        raise StackError(f"Сезон слишком короткий для показа: пробы кончаются {season.try_outs_until:%d.%m.%Y}.")
    return Acts(
        join=(joined, time(9, 30)),
        stages=(stages, time(15)),
        book=(booked, time(16)),
        settle=(settled, time(18)),
        try_outs=tuple((day, _MORNING) for day in _month_beginnings(settled, season.try_outs_until)),
    )


def choose(invited: Sequence[Invited], number: int | None, seed: int, opens_on: date, offer: Offer) -> list[Invited]:
    """Choose the cohort: the story's pupil first, then others drawn by the seed; None means everybody.

    Raises:
        StackError: nobody is invited.
    """
    if not invited:
        raise StackError("Ни один обучающийся не приглашён: в списках пакета нет принятых строк.")
    hero = max(_shuffled(invited, seed), key=lambda one: _fitness_for_the_story(one, opens_on, offer))
    others = [one for one in _shuffled(invited, seed) if one is not hero]
    return [hero, *(others if number is None else others[: number - 1])]


def as_lives(
    chosen: Sequence[Invited], world: World, season: Season, seed: int, narrators: tuple[Storyteller, Quiet]
) -> list[Life]:
    """Make the families with their plans, none beyond the season's limits; the first one's story is told."""
    storyteller, quiet = narrators
    return [
        Life(
            world=world,
            invited=invited,
            plan=(plan_for(seed, str(invited.number)) if number else STORY).within(
                season.max_bookings, season.max_in_person
            ),
            age=invited.age_on(season.registration_from),
            narrator=quiet if number else storyteller,
            dice=Random(f"{seed}/{invited.number}/choices"),  # noqa: S311 - a story, not a secret
            pupil=Caller(world.gateway),
            guardian=Caller(world.gateway),
        )
        for number, invited in enumerate(chosen)
    ]


async def live_season(company: Company) -> None:
    """From the printed codes to the mentors' recommendations."""
    acts = company.acts
    await _act(company, acts.join, "Аккаунты, родители, согласия", join, (Milestone.ACCOUNT, Milestone.ACTIVE))
    await _act(company, acts.stages, "Диагностика", _take_stages, (Milestone.STAGE, Milestone.REFUSED))
    await _act(
        company, acts.book, "Запись и решения родителей", _book_and_decide, (Milestone.BOOKED, Milestone.DECIDED)
    )
    await _act(company, acts.settle, "Сроки вышли, отмены", _settle, (Milestone.SETTLED, Milestone.BOOKED))
    mentors = await _hire(company)
    by_student = {life.student_id: life for life in (company.story, *company.cohort.lives)}
    for moment in acts.try_outs:
        await _turn(company, moment)
        errands = [partial(_work, company, mentor, by_student) for mentor in mentors]
        await company.cohort.each("Профпробы прошли", errands, (Milestone.RECORDED, Milestone.ADVISED))


async def _act(company: Company, moment: Moment, title: str, act: Act, shown: Iterable[Milestone]) -> None:
    """Let the story's family act first and alone, so that its times are not those of a crowd; then all the others."""
    await _turn(company, moment)
    if not company.story.over:
        await perform(company.cohort.tally, company.story, act)
    await company.cohort.live(title, act, shown)


async def _turn(company: Company, moment: Moment) -> None:
    await settled(company.cohort.console, "Ждали почту", company.post, _PATIENCE)
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


def _fitness_for_the_story(invited: Invited, opens_on: date, offer: Offer) -> tuple[bool, int]:
    """Prefer who has to consent and is not of age soon, and then whose grade is offered more formats."""
    has_to_consent = CONSENT_AGE <= invited.age_on(opens_on) < ADULT_AGE - 1
    return has_to_consent, len(offer.get(invited.grade, ()))


def _month_beginnings(after: date, until: date) -> list[date]:
    """List the first days of the months between two days, and the last of the two."""
    days = []
    day = (after.replace(day=1) + _MONTH).replace(day=1)
    while day < until:
        days.append(day)
        day = (day + _MONTH).replace(day=1)
    return [*days, until]
