"""What makes an instrument fit to be published; every fault is a sentence a psychologist understands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bilet_diagnostics.domain.instrument import (
    DO_NOT_KNOW,
    Audience,
    Band,
    GradeBand,
    GradeTexts,
    Instrument,
    Item,
    Kind,
    Option,
    Scale,
)
from bilet_diagnostics.domain.paper import STAGES
from bilet_diagnostics.domain.profile import Cell
from bilet_diagnostics.domain.recommendation import LETTERS
from bilet_diagnostics.domain.scoring import band_of
from bilet_diagnostics.domain.versions import faults_of_forms

LONGEST_ITEM = 90
LONGEST_STAGE_MINUTES = 12
QUIZ_OPTIONS = 4
GRADES = GradeBand(6, 11)
FIRST_VALUES = (0, 1)
FOR_THE_PUPIL_ALONE = ("emotional-stability",)
"""Scales that nobody but the pupil is ever shown, whatever instrument measures them."""
TRANSLATIONS = ("own items", "unvalidated translation", "validated translation")


def faults_of(instrument: Instrument) -> tuple[str, ...]:
    """Everything that keeps an instrument from being used at all: its items, scales and keys."""
    return tuple(
        fault
        for check in (_heading, _repeats, _response, _items, _keys, _contrary, _meanings, _scales)
        for fault in check(instrument)
    )


def faults_of_feedback(instrument: Instrument) -> tuple[str, ...]:
    """Everything that is missing before pupils may read the results: words for each band and grade."""
    return tuple(fault for check in (_feedback, _next_steps, _grid) for fault in check(instrument))


def faults_between(instruments: Sequence[Instrument]) -> tuple[str, ...]:
    """Clashes between instruments: a version, an item or a scale twice, a stage that takes too long, forms that do not match."""
    refs, places = Counter[str](), dict[tuple[int, str], set[str]]()
    for one in instruments:
        refs[one.ref] += 1
        for item in one.items:
            places.setdefault((one.stage, item.id), set()).add(one.id)
    twice = [f"методика {ref} описана дважды" for ref, count in refs.items() if count > 1]
    shared = [
        f"вопрос «{item}» есть сразу в методиках этапа {stage}: {', '.join(sorted(ids))}"
        for (stage, item), ids in places.items()
        if len(ids) > 1
    ]
    newest = {one.id: one for one in sorted(instruments, key=lambda one: one.version)}.values()
    return (*twice, *shared, *_measured_twice(newest), *_too_long(newest), *faults_of_forms(instruments))


def _measured_twice(newest: Iterable[Instrument]) -> Iterator[str]:
    """Find a scale that two instruments of a stage measure in one grade without being parallel forms."""
    for one, other in combinations([one for one in newest if not one.parallel_of], 2):
        first, last = max(one.grades.first, other.grades.first), min(one.grades.last, other.grades.last)
        if one.stage == other.stage and first <= last:
            for scale in sorted({scale.id for scale in one.scales} & {scale.id for scale in other.scales}):
                yield (
                    f"шкала «{scale}» есть для {first} класса сразу в методиках этапа {one.stage}: {one.id}, {other.id}"
                )


def _too_long(newest: Iterable[Instrument]) -> Iterator[str]:
    longest: dict[tuple[int, int], Counter[str]] = {}
    for one in newest:
        for grade in range(one.grades.first, one.grades.last + 1):
            forms = longest.setdefault((one.stage, grade), Counter[str]())
            forms |= Counter({one.main_form: one.minutes})
    minutes = {place: forms.total() for place, forms in longest.items()}
    for (stage, grade), total in sorted(minutes.items()):
        if total > LONGEST_STAGE_MINUTES:
            yield f"этап {stage} для {grade} класса длится {total} минут, а должен не больше {LONGEST_STAGE_MINUTES}"


def _heading(one: Instrument) -> Iterator[str]:
    if one.grades.first > one.grades.last:
        yield f"классы указаны наоборот: {one.grades}"
    if one.grades.first not in GRADES or one.grades.last not in GRADES:
        yield f"классы должны быть от {GRADES.first} до {GRADES.last}, а указано {one.grades}"
    if one.stage not in STAGES:
        yield f"этап должен быть от {STAGES[0]} до {STAGES[-1]}, а указан {one.stage}"
    if one.version < 1:
        yield f"номер версии должен быть от 1, а указано {one.version}"
    if not 1 <= one.minutes <= LONGEST_STAGE_MINUTES:
        yield f"время должно быть от 1 до {LONGEST_STAGE_MINUTES} минут, а указано {one.minutes}"
    if one.translation not in TRANSLATIONS:
        yield f"перевод должен быть одним из: {', '.join(TRANSLATIONS)}; а указано «{one.translation}»"


def _repeats(one: Instrument) -> Iterator[str]:
    for kind, ids in (("вопрос", [item.id for item in one.items]), ("шкала", [scale.id for scale in one.scales])):
        yield from (f"{kind} «{name}»: такой номер встречается дважды" for name, n in Counter(ids).items() if n > 1)


def _response(one: Instrument) -> Iterator[str]:
    values = [option.value for option in one.response]
    if one.kind is Kind.QUIZ:
        if values:
            yield "у викторины варианты ответа указываются у каждого вопроса, общих быть не может"
        return
    if len(values) < 2:  # noqa: PLR2004 - a choice needs two
        yield "нужно не меньше двух вариантов ответа"
        return
    if values[0] not in FIRST_VALUES:
        yield f"варианты ответа должны начинаться с 0 или 1, а начинаются с {values[0]}"
    if values != list(range(values[0], values[0] + len(values))):
        yield "варианты ответа должны идти подряд по возрастанию"
    yield from (f"два варианта ответа с одним и тем же текстом: «{text}»" for text in _equal_texts(one.response))


def _equal_texts(options: Iterable[Option]) -> list[str]:
    texts = Counter(" ".join(option.text.split()).casefold() for option in options)
    return [text for text, count in texts.items() if count > 1]


def _items(one: Instrument) -> Iterator[str]:
    for item in one.items:
        if len(item.text) > LONGEST_ITEM:
            yield f"вопрос «{item.id}» длиннее {LONGEST_ITEM} знаков: {len(item.text)}"
        if not item.keys:
            yield f"вопрос «{item.id}» не относится ни к одной шкале"
        if one.kind is Kind.QUIZ:
            yield from _quiz_item(item)
        elif item.options or item.right is not None:
            yield f"вопрос «{item.id}»: свои варианты и правильный ответ бывают только в викторине"


def _quiz_item(item: Item) -> Iterator[str]:
    values = [option.value for option in item.options if option.value != DO_NOT_KNOW]
    if len(set(values)) != QUIZ_OPTIONS or len(values) != QUIZ_OPTIONS:
        yield f"вопрос «{item.id}»: нужно ровно {QUIZ_OPTIONS} разных варианта, не считая «не знаю»"
    yield from (
        f"вопрос «{item.id}»: два варианта с одним и тем же текстом: «{text}»" for text in _equal_texts(item.options)
    )
    if -1 in item.keys.values():
        yield f"вопрос «{item.id}»: обратного ключа -1 в викторине не бывает, нужен 1"
    if DO_NOT_KNOW not in [option.value for option in item.options]:
        yield f"вопрос «{item.id}»: нет варианта «не знаю» (значение {DO_NOT_KNOW})"
    if item.right not in values:
        yield f"вопрос «{item.id}»: правильного ответа нет среди вариантов"
    if not item.source.strip() or not item.rationale.strip():
        yield f"вопрос «{item.id}»: не указаны источник и объяснение правильного ответа"


def _keys(one: Instrument) -> Iterator[str]:
    scales = {scale.id for scale in one.scales}
    for item in one.items:
        yield from (f"вопрос «{item.id}» ссылается на неизвестную шкалу «{name}»" for name in item.keys.keys() - scales)
        yield from (
            f"вопрос «{item.id}», шкала «{name}»: ключ должен быть 1 или -1"
            for name, sign in item.keys.items()
            if sign not in (1, -1)
        )


def _contrary(one: Instrument) -> Iterator[str]:
    if one.contrary and one.kind is Kind.QUIZ:
        yield "пары противоположных вопросов бывают только в опроснике"
    known = {item.id for item in one.items}
    for first, second in one.contrary:
        yield from (
            f"пара «{first}», «{second}»: нет вопроса «{name}»" for name in (first, second) if name not in known
        )
        if first == second:
            yield f"пара «{first}», «{second}»: вопрос не может быть противоположен самому себе"
    for pair, count in Counter(frozenset(pair) for pair in one.contrary).items():
        if count > 1:
            yield f"пара противоположных вопросов указана дважды: {', '.join(sorted(pair))}"


def _meanings(one: Instrument) -> Iterator[str]:
    letters = Counter(scale.interest for scale in one.scales if scale.interest)
    yield from (f"интерес {letter} измеряют несколько шкал" for letter, count in letters.items() if count > 1)
    for scale in one.scales:
        if scale.interest and scale.interest not in tuple(LETTERS):
            yield f"шкала «{scale.id}»: интерес — это одна из букв {', '.join(LETTERS)}, а указано «{scale.interest}»"
        if scale.id in FOR_THE_PUPIL_ALONE and scale.audience is not Audience.STUDENT:
            yield f"шкалу «{scale.id}» видит только сам ученик: нужно «audience: {Audience.STUDENT}»"


def _scales(one: Instrument) -> Iterator[str]:
    for scale in one.scales:
        items = sum(scale.id in item.keys for item in one.items)
        if not items:
            yield f"шкала «{scale.id}»: нет ни одного вопроса"
        elif not 0 < scale.cuts[0] < scale.cuts[1] < 1:
            yield f"шкала «{scale.id}»: границы должны идти по возрастанию между 0 и 1"
        elif scale.feedback:
            yield from _unreachable(one, scale, items)


def _unreachable(one: Instrument, scale: Scale, items: int) -> Iterator[str]:
    steps = items * (1 if one.kind is Kind.QUIZ else len(one.response) - 1)
    reached = {band_of(step / steps, scale) for step in range(steps + 1)} if steps else set()
    yield from (
        f"шкала «{scale.id}»: полосу «{band}» нельзя получить никакими ответами" for band in Band if band not in reached
    )


def _feedback(one: Instrument) -> Iterator[str]:
    for scale in one.scales:
        if scale.field and not scale.feedback:
            continue
        for band in Band:
            yield from _missing(one, scale.feedback.get(band, {}), f"шкала «{scale.id}», полоса «{band}»")


def _next_steps(one: Instrument) -> Iterator[str]:
    yield from _missing(one, {band: " ".join(steps) for band, steps in one.next_steps.items()}, "следующие шаги")


def _grid(one: Instrument) -> Iterator[str]:
    if one.kind is Kind.QUIZ:
        for cell in Cell:
            yield from _missing(one, one.grid.get(cell, {}), f"клетка «{cell}»")
    if any(scale.interest for scale in one.scales):
        yield from _missing(one, one.flat_profile, "ровный профиль")


def _missing(one: Instrument, texts: GradeTexts, place: str) -> Iterator[str]:
    for grade in range(one.grades.first, one.grades.last + 1):
        found = [text for band, text in texts.items() if grade in band]
        if len(found) != 1 or not found[0].strip():
            problem = "нет текста" if not "".join(found).strip() else "несколько текстов"
            yield f"{place}: {problem} для {grade} класса"
