"""One family of the cohort as the demo drives it: the pupil, the parent, their plan and what came of it so far."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bilet_local.demo.invited import Invited
from bilet_local.demo.narration import Narrator
from bilet_local.demo.plan import ADULT_AGE, Plan, Wish
from bilet_local.demo.waiting import Surprise
from bilet_local.importing.calls import Caller, Gateway, Json, Refused

PASSWORD = "bilet-demo-2026"  # noqa: S105 - a local demo on synthetic people
PAGE = 100


class Milestone(StrEnum):
    """What is counted while the cohort goes on."""

    ACCOUNT = "аккаунты"
    ACTIVE = "подтверждены"
    STAGE = "этапы диагностики"
    BOOKED = "записи"
    DECIDED = "решения родителей"
    REFUSED = "отказы по правилам"
    SETTLED = "истекли и отменены"
    RECORDED = "посещения"
    ADVISED = "рекомендации"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all families share.

    Attributes:
        esia: address of the stand-in.
        today: the day it is in the region.
        texts: purpose → version of the consent text in force.
        count: told of every milestone.
    """

    gateway: Gateway
    esia: str
    region_code: str
    zone: ZoneInfo
    today: Callable[[], date]
    texts: dict[str, str]
    count: Callable[[Milestone], None]


@dataclass(slots=True)
class Claimed:
    """A seat that was asked for; `status` as last heard."""

    booking_id: str
    wish: Wish
    starts_at: datetime
    ends_at: datetime
    status: str


@dataclass(slots=True, kw_only=True)
class Life:
    """A family in the season.

    Attributes:
        age: at the present act.
        over: something unexpected ended it for the demo.
    """

    world: World
    invited: Invited
    plan: Plan
    age: int
    narrator: Narrator
    dice: Random
    pupil: Caller
    guardian: Caller
    student_id: str = ""
    stages_done: int = 0
    bookings: list[Claimed] = field(default_factory=list)
    over: bool = False

    @property
    def login(self) -> str:
        """The pupil's login."""
        return f"pupil{self.invited.number:04}"

    @property
    def decides_alone(self) -> bool:
        """Whether the pupil is of age."""
        return self.age >= ADULT_AGE

    @property
    def first_name(self) -> str:
        """How the story calls the pupil."""
        return self.invited.full_name.split()[1]

    def with_status(self, *statuses: str) -> list[Claimed]:
        """Bookings in one of these states."""
        return [booking for booking in self.bookings if booking.status in statuses]

    async def refused(self, action: Awaitable[object], code: str) -> None:
        """See that a rule says no by its code.

        Raises:
            Surprise: it did not, or another one did.
        """
        try:
            await action
        except Refused as refusal:
            if refusal.code != code:
                raise Surprise(f"ожидался отказ {code}, получен {refusal.code}") from None
            self.world.count(Milestone.REFUSED)
            self.narrator.tell(f"Отказ, как и положено: {refusal}")
        else:
            raise Surprise(f"ожидался отказ {code}, но получилось")


async def message_about(reader: Caller, template: str, booking_id: str) -> Json | None:
    """Find the message of this kind about this booking in somebody's inbox."""
    inbox = await reader.get("/notifications/inbox", limit=PAGE)
    for message in inbox["items"]:
        if message["template"] == template and message["booking_id"] == booking_id:
            found: dict[str, Any] = message
            return found
    return None
