"""An instrument: what it asks, how it is answered, what it measures, and what it says back."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

DO_NOT_KNOW = 0
"""The value of «не знаю» in every quiz."""


class Kind(StrEnum):
    """How answers become scores."""

    QUESTIONNAIRE = "questionnaire"
    QUIZ = "quiz"


class Audience(StrEnum):
    """Who is shown a scale besides the pupil."""

    EVERYONE = "everyone"
    STUDENT = "student"


class Role(StrEnum):
    """What a high place on a scale means: something to lean on, or something in the way."""

    STRENGTH = "strength"
    OBSTACLE = "obstacle"


class Band(StrEnum):
    """Where a result lies between the lowest and the highest possible one."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class GradeBand:
    """School grades that share their words, both ends included."""

    first: int
    last: int

    def __contains__(self, grade: int) -> bool:
        return self.first <= grade <= self.last

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


GradeTexts = Mapping[GradeBand, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer."""

    value: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question or statement.

    Attributes:
        text: at most 90 characters, suited to reading aloud.
        keys: scale id to +1, or −1 when the item counts reversed.
        options: its own answers in a quiz; empty when the instrument's response scale holds.
        right: value of the right answer in a quiz.
        source: where the right answer can be looked up.
        rationale: why it is right, in the pupil's words.
    """

    id: str
    text: str
    keys: Mapping[str, int]
    options: tuple[Option, ...] = ()
    right: int | None = None
    source: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What some of the items measure together.

    Attributes:
        interest: the RIASEC letter, when the scale is one of the six interests.
        field: the field of competencies it is about.
        cuts: shares of the range, in (0, 1), where the middle and the high band begin.
        feedback: band to the words for each grade band.
    """

    id: str
    title: str
    audience: Audience = Audience.EVERYONE
    role: Role = Role.STRENGTH
    interest: str = ""
    field: str = ""
    cuts: tuple[float, float] = (1 / 3, 2 / 3)
    feedback: Mapping[Band, GradeTexts] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScaleKey:
    """A scale prepared for scoring.

    Attributes:
        positions: where its items lie in the instrument, from 0.
        signs: +1, or −1 for a reversed item.
        right: right answers of a quiz.
        minimum: least answer of the response scale.
        maximum: greatest answer of the response scale.
    """

    scale: Scale
    positions: tuple[int, ...]
    signs: tuple[int, ...]
    right: tuple[int | None, ...]
    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One published, immutable version of a questionnaire or quiz.

    Attributes:
        place: its order among the instruments of a stage.
        grades: for whom it is.
        parallel_of: id of the main form, when this one is asked only at a retake; it has norms of its own.
        minutes: how long it takes, at most 12.
        translation: «own items», «unvalidated translation» or «validated translation».
        response: answers common to all items; empty in a quiz.
        contrary: pairs of items that a careful reader answers oppositely.
        next_steps: what to try next, for each grade band.
        grid: words for a field by interest and knowledge, for each grade band.
        flat_profile: words for six interests of the same strength.
    """

    id: str
    version: int
    stage: int
    place: int = 1
    kind: Kind
    title: str
    instruction: str
    grades: GradeBand
    minutes: int
    source: str
    licence: str
    translation: str
    response: tuple[Option, ...]
    scales: tuple[Scale, ...]
    items: tuple[Item, ...]
    parallel_of: str = ""
    contrary: tuple[tuple[str, str], ...] = ()
    next_steps: Mapping[GradeBand, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    grid: Mapping[str, GradeTexts] = dataclasses.field(default_factory=dict)
    flat_profile: GradeTexts = dataclasses.field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Names this exact version: `mini-ipip-20-1`."""
        return f"{self.id}-{self.version}"

    @property
    def main_form(self) -> str:
        """Id of the form that is asked first: its own, unless it is parallel to another."""
        return self.parallel_of or self.id

    @cached_property
    def keys(self) -> tuple[ScaleKey, ...]:
        """The scales prepared for scoring, in the file's order."""
        return tuple(self._key(scale) for scale in self.scales)

    @cached_property
    def contrary_positions(self) -> tuple[tuple[int, int], ...]:
        """Where the items of each contrary pair lie in the instrument, from 0."""
        positions = {item.id: position for position, item in enumerate(self.items)}
        return tuple((positions[one], positions[other]) for one, other in self.contrary)

    @cached_property
    def ends(self) -> frozenset[int]:
        """The least and the greatest answer of the response scale; empty in a quiz."""
        allowed = [option.value for option in self.response]
        return frozenset((min(allowed), max(allowed))) if allowed else frozenset()

    def _key(self, scale: Scale) -> ScaleKey:
        members = [(position, item) for position, item in enumerate(self.items) if scale.id in item.keys]
        allowed = [option.value for option in self.response] or [0, 1]
        return ScaleKey(
            scale=scale,
            positions=tuple(position for position, _ in members),
            signs=tuple(item.keys[scale.id] for _, item in members),
            right=tuple(item.right for _, item in members),
            minimum=min(allowed),
            maximum=max(allowed),
        )

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """List the answers that an item allows."""
        return item.options or self.response


def for_grade(texts: GradeTexts, grade: int) -> str:
    """Find the words meant for a grade; empty when there are none."""
    return next((text for band, text in texts.items() if grade in band), "")
