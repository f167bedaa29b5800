"""What each family of the cohort is going to do, drawn from a seed: pure, so that a run can be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Self, TypeVar

CONSENT_AGE = 14
ADULT_AGE = 18
PROCESSING, TRANSFER, RESULTS, EMAIL = "processing", "transfer", "results-to-mentor", "notify-email"
STAGES = 3

T = TypeVar("T")


class Joining(StrEnum):
    """How pupil and parent find each other."""

    INVITATION = "invitation"
    ESIA_LIST = "esia-list"


class Format(StrEnum):
    """Where a try-out happens."""

    ONLINE = "online"
    IN_PERSON = "in-person"


class Verdict(StrEnum):
    """What the parent says to a request."""

    APPROVAL = "approval"
    REFUSAL = "refusal"
    SILENCE = "silence"


class TakenBack(StrEnum):
    """By whom, or because of what, the first booking is taken back."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    CONSENT = "consent"


class Attendance(StrEnum):
    """What the mentor records."""

    ATTENDED = "attended"
    NO_SHOW = "no-show"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One try-out the pupil asks for, and what becomes of it; `advised`: the mentor writes to those who came."""

    format: Format
    verdict: Verdict
    attendance: Attendance
    advised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A family's season.

    Attributes:
        guardian_purposes: what the parent consents to, when asked.
        own_purposes: what the pupil consents to, where the pupil is asked (from 14).
        stages: how many stages the pupil hands in.
        hurries: tries to book before the third stage.
        overreaches: tries to book beyond the quota.
        refusal_beyond_quota: the code by which one booking too many is refused; empty if there is room for it.
        asks_again: after silence, asks for another slot, and is approved.
    """

    joining: Joining
    guardian_purposes: frozenset[str]
    own_purposes: frozenset[str]
    stages: int
    wishes: tuple[Wish, ...]
    hurries: bool
    overreaches: bool
    asks_again: bool
    taken_back: TakenBack | None
    refusal_beyond_quota: str = ""

    def purposes(self, age: int) -> frozenset[str]:
        """Purposes agreed to by everyone who must at this age."""
        if age >= ADULT_AGE:
            return self.own_purposes
        return self.guardian_purposes if age < CONSENT_AGE else self.guardian_purposes & self.own_purposes

    def becomes_active(self, age: int) -> bool:
        """Whether the pupil may take part."""
        return PROCESSING in self.purposes(age)

    def stages_at(self, age: int) -> int:
        """How many stages the pupil gets to hand in."""
        return self.stages if self.becomes_active(age) else 0

    def may_book(self, age: int) -> bool:
        """Whether booking opens for the pupil."""
        return self.stages_at(age) == STAGES and TRANSFER in self.purposes(age)

    def refusal_before_third_stage(self, age: int) -> str:
        """Name the code by which a booking before the third stage is refused."""
        return "diagnostics-incomplete" if TRANSFER in self.purposes(age) else "transfer-consent-missing"

    def within(self, max_bookings: int, max_in_person: int) -> Self:
        """Leave out the wishes beyond the season's limits, and overreaching where the rest does not reach a limit."""
        wishes: list[Wish] = []
        for wish in self.wishes[:max_bookings]:
            if wish.format is Format.ONLINE or _in_person(wishes) < max_in_person:
                wishes.append(wish)
        beyond = ""
        if len(wishes) == max_bookings:
            beyond = "quota-exhausted"
        elif _in_person(wishes) == max_in_person:
            beyond = "in-person-quota-exhausted"
        return replace(
            self, wishes=tuple(wishes), overreaches=self.overreaches and bool(beyond), refusal_beyond_quota=beyond
        )


SHARES = {
    "joins by ESIA's list": 0.2,
    "guardian stays silent": 0.04,
    "pupil from 14 withholds processing": 0.03,
    "transfer": 0.94,
    "results to mentor": 0.6,
    "e-mail": 0.7,
    "hurries": 0.15,
    "overreaches": 0.3,
    "asks again": 0.6,
    "advised": 0.85,
}
STAGES_SHARES = {STAGES: 0.88, 2: 0.05, 1: 0.05, 0: 0.02}
WISHES_SHARES = {
    (Format.ONLINE,): 0.2,
    (Format.IN_PERSON,): 0.25,
    (Format.ONLINE, Format.IN_PERSON): 0.35,
    (Format.ONLINE, Format.ONLINE): 0.2,
}
VERDICT_SHARES = {Verdict.APPROVAL: 0.78, Verdict.REFUSAL: 0.1, Verdict.SILENCE: 0.12}
ATTENDANCE_SHARES = {Attendance.ATTENDED: 0.8, Attendance.NO_SHOW: 0.12, Attendance.EXCUSED: 0.08}
TAKEN_BACK_SHARES = {None: 0.87, TakenBack.PUPIL: 0.06, TakenBack.GUARDIAN: 0.04, TakenBack.CONSENT: 0.03}

STORY = Plan(
    joining=Joining.INVITATION,
    guardian_purposes=frozenset({PROCESSING, TRANSFER, RESULTS, EMAIL}),
    own_purposes=frozenset({PROCESSING, TRANSFER, RESULTS, EMAIL}),
    stages=STAGES,
    wishes=(
        Wish(format=Format.ONLINE, verdict=Verdict.APPROVAL, attendance=Attendance.ATTENDED, advised=True),
        Wish(format=Format.IN_PERSON, verdict=Verdict.SILENCE, attendance=Attendance.ATTENDED, advised=True),
    ),
    hurries=True,
    overreaches=True,
    asks_again=True,
    taken_back=None,
)
"""The plan of the pupil whose story is told: everything happens to them that may."""


def plan_for(seed: int, pupil: str) -> Plan:
    """Plan one family; the same seed and pupil give the same plan."""
    dice = Random(f"{seed}/{pupil}")  # noqa: S311 - a story, not a secret
    wishes = tuple(_wish(dice, one) for one in _draw(dice, WISHES_SHARES))
    guardian = frozenset() if _happens(dice, "guardian stays silent") else _purposes(dice)
    own = guardian or frozenset({PROCESSING, TRANSFER})
    if _happens(dice, "pupil from 14 withholds processing"):
        own -= {PROCESSING}
    return Plan(
        joining=Joining.ESIA_LIST if _happens(dice, "joins by ESIA's list") else Joining.INVITATION,
        guardian_purposes=guardian,
        own_purposes=own,
        stages=_draw(dice, STAGES_SHARES),
        wishes=wishes,
        hurries=_happens(dice, "hurries"),
        overreaches=_happens(dice, "overreaches"),
        asks_again=_happens(dice, "asks again"),
        taken_back=_draw(dice, TAKEN_BACK_SHARES),
    )


def _in_person(wishes: Sequence[Wish]) -> int:
    return sum(wish.format is Format.IN_PERSON for wish in wishes)


def _purposes(dice: Random) -> frozenset[str]:
    given = {PROCESSING}
    for purpose, share in ((TRANSFER, "transfer"), (RESULTS, "results to mentor"), (EMAIL, "e-mail")):
        if _happens(dice, share):
            given.add(purpose)
    return frozenset(given)


def _wish(dice: Random, wanted: Format) -> Wish:
    return Wish(
        format=wanted,
        verdict=_draw(dice, VERDICT_SHARES),
        attendance=_draw(dice, ATTENDANCE_SHARES),
        advised=_happens(dice, "advised"),
    )


def _happens(dice: Random, what: str) -> bool:
    return dice.random() < SHARES[what]


def _draw(dice: Random, shares: dict[T, float]) -> T:
    return dice.choices(list(shares), weights=list(shares.values()))[0]
