"""One run of the demo: import, cohort, season, and at the end the promises verified from outside."""

import asyncio
import time
from dataclasses import dataclass
from functools import partial

import httpx
from rich.console import Console

from bilet_local.demo import report, season
from bilet_local.demo.clock import BusinessClock
from bilet_local.demo.cohort import Cohort, Tally
from bilet_local.demo.evidence import Observer
from bilet_local.demo.integrator import Integrator, listening
from bilet_local.demo.invariants import Verdict, judge
from bilet_local.demo.invited import Invited, read_invited
from bilet_local.demo.life import World
from bilet_local.demo.mentors import mentor_login
from bilet_local.demo.narration import Quiet, Storyteller
from bilet_local.demo.settling import Patience, settled, while_it_gets_less
from bilet_local.demo.system import load_parents
from bilet_local.demo.waiting import Latencies
from bilet_local.environments import bus_of
from bilet_local.errors import StackError
from bilet_local.importing.calls import Caller, Gateway, Refused
from bilet_local.importing.command import finish, import_with_progress
from bilet_local.importing.importer import sign_in
from bilet_local.importing.outcome import PackOutcome
from bilet_local.importing.pack import Pack
from bilet_local.installation import Installation
from bilet_local.keys import INTEGRATOR
from bilet_local.operators import ensure_operator
from bilet_local.state import StateDirectory

_SECONDS_PER_STUDENT = 0.6
_SECONDS_IN_ANY_CASE = 20
_MINUTES_FROM = 100
_PATIENCE = Patience()
_CONVERGENCE = Patience(stuck=20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What was asked for; `students` None means everybody, `began` is monotonic."""

    pack: Pack
    directory: StateDirectory
    students: int | None
    seed: int
    concurrency: int
    began: float

    @property
    def installation(self) -> Installation:
        """Where it runs."""
        return self.directory.installation()


async def perform_season(console: Console, wanted: Performance) -> bool:
    """Run the demo on a running installation; whether every promise holds.

    Raises:
        StackError: the installation is not fresh, or something it needs does not answer.
    """
    observer = Observer(wanted.installation)
    if not await observer.is_untouched():
        raise StackError("Здесь уже что-то происходило. Начните с чистой установки: bilet down --erase && bilet demo")
    try:
        async with (
            listening(bus_of(INTEGRATOR, wanted.installation, wanted.directory.keys())) as integrator,
            Gateway(wanted.installation.gateway_url, connections=wanted.concurrency * 2) as gateway,
        ):
            return await _Run(console, wanted, gateway, integrator, observer).run()
    except Refused as refusal:
        raise StackError(str(refusal)) from None
    except httpx.TransportError as error:
        raise StackError(f"Вход не отвечает ({type(error).__name__}): посмотрите `bilet status`.") from None


@dataclass(frozen=True, slots=True)
class _Run:
    console: Console
    wanted: Performance
    gateway: Gateway
    integrator: Integrator
    observer: Observer

    async def run(self) -> bool:
        clock = BusinessClock(self.wanted.installation)
        operator, outcome, as_expected = await self._prepare(clock)
        company = await self._gather_company(clock, operator, outcome)
        await season.live_season(company)
        good = await self._conclude(company, outcome)
        seconds = time.monotonic() - self.wanted.began
        self.console.print(f"\nВсё вместе: {seconds:.0f} с, вместе с запуском.")
        self._show_logins(company)
        return good and as_expected

    async def _prepare(self, clock: BusinessClock) -> tuple[Caller, PackOutcome, bool]:
        pack = self.wanted.pack
        opens = f"{pack.opens_on:%d.%m.%Y}"
        self.console.print(f"\n[bold]{pack.region}: {opens}, загружаем пакет региона[/]")
        await clock.set(season.opening(pack))
        account = await asyncio.to_thread(ensure_operator, self.wanted.directory, pack.region_code)
        operator = await sign_in(self.gateway, account.login, account.password, "regional-operator")
        outcome = await import_with_progress(self.console, operator, pack)
        corrections = self.wanted.directory.root / "import"
        return operator, outcome, finish(self.console, pack, outcome, corrections)

    async def _gather_company(self, clock: BusinessClock, operator: Caller, outcome: PackOutcome) -> season.Company:
        pack = self.wanted.pack
        invited = await read_invited(operator, outcome, pack.opens_on)
        await load_parents(self.wanted.installation.esia_url, invited)
        offer = await asyncio.to_thread(pack.offer)
        chosen = season.choose(invited, self.wanted.students, self.wanted.seed, pack.opens_on, offer)
        self._announce(chosen, len(invited))
        tally, latencies = Tally(), Latencies()
        world = await self._world(clock, tally)
        narrators = (Storyteller(self.console, self.integrator), Quiet(latencies))
        lives = season.as_lives(chosen, world, pack.season, self.wanted.seed, narrators)
        cohort = Cohort(lives[1:], tally, self.console, self.wanted.concurrency)
        return season.Company(
            world=world,
            acts=season.acts_of(pack.season),
            post=self.observer.post,
            clock=clock,
            operator=operator,
            cohort=cohort,
            story=lives[0],
            latencies=latencies,
        )

    async def _world(self, clock: BusinessClock, tally: Tally) -> World:
        pack = self.wanted.pack
        return World(
            gateway=self.gateway,
            esia=self.wanted.installation.esia_url,
            region_code=pack.region_code,
            zone=pack.zone,
            today=lambda: clock.now().astimezone(pack.zone).date(),
            texts=await _consent_texts(self.gateway),
            count=tally.count,
        )

    def _announce(self, chosen: list[Invited], parents: int) -> None:
        expected = _SECONDS_IN_ANY_CASE + len(chosen) * _SECONDS_PER_STUDENT
        words = f"Сезон проходят {len(chosen)} из {parents} приглашённых: на двух ядрах это {_about(expected)}"
        self.console.print(f"\nСтенд ЕСИА знает {parents} родителей. {words}.")

    async def _conclude(self, company: season.Company, outcome: PackOutcome) -> bool:
        self.console.print("\n[bold]Как быстро приходили события[/]")
        report.show_latencies(self.console, company.latencies)
        self.console.print("\n[bold]Воронка сезона: сколько школьников дошли до шага хотя бы раз[/]")
        counts = await company.operator.get("/booking/funnel")
        report.show_funnel(self.console, {**counts, "invited": outcome.accepted})
        self.console.print("\n[bold]Проверено снаружи[/]")
        return report.show_verdicts(self.console, await self._judge(company.cohort.tally.surprises))

    async def _judge(self, surprises: list[str]) -> list[Verdict]:
        """Judge when nothing is under way any more; what consumers are still at is waited for while faults get fewer."""

        async def look() -> list[Verdict]:
            return judge(await self.observer.gather(self.integrator), surprises)

        def faults(verdicts: list[Verdict]) -> int:
            return 0 if surprises else sum(len(verdict.broken) + len(verdict.late) for verdict in verdicts)

        await settled(
            self.console, "Ждали, пока всё дойдёт", partial(self.observer.under_way, self.integrator), _PATIENCE
        )
        return await while_it_gets_less(look, faults, _CONVERGENCE)

    def _show_logins(self, company: season.Company) -> None:
        story = company.story
        logins = {
            f"Школьник из истории ({story.first_name})": story.login,
            "Его родитель: на странице стенда ЕСИА": story.invited.guardian_oid,
            "Наставник": mentor_login(self.wanted.pack.first_mentor()),
        }
        self.console.print("\n[bold]Кем войти[/]")
        self.console.print(report.as_logins(logins))


def _about(seconds: float) -> str:
    return f"около {seconds / 60:.0f} мин" if seconds > _MINUTES_FROM else f"около {seconds:.0f} с"


async def _consent_texts(gateway: Gateway) -> dict[str, str]:
    texts = await Caller(gateway).get("/identity/consent-texts")
    return {text["purpose"]: text["version"] for text in texts["items"]}
