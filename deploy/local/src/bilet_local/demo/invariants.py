"""What must hold after any season, judged from outside: pure functions from evidence to verdicts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from bilet_local.demo.deliveries import expected_deliveries
from bilet_local.demo.evidence import BookingRow, Evidence
from bilet_local.demo.integrator import Heard

HOLDING = frozenset({"requested", "approved", "attended", "no-show"})
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: what it says, what it was judged by, and each place where it does not hold.

    Attributes:
        broken: what contradicts it, whatever still comes.
        late: what is seen to be under way; when it has come, the promise holds here too.
    """

    promise: str
    judged_by: str
    broken: tuple[str, ...]
    late: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it holds already."""
        return not self.broken and not self.late


def judge(evidence: Evidence, surprises: Sequence[str]) -> list[Verdict]:
    """Every promise, in the order in which people care about them."""
    return [
        seats(evidence),
        quota(evidence),
        third_stage(evidence),
        deliveries(evidence),
        numbers(evidence),
        nothing_left(evidence),
        answers(surprises),
    ]


def seats(evidence: Evidence) -> Verdict:
    """No slot gave away more seats than it has, and its own count is the count of its bookings."""
    taken = Counter(booking.slot_id for booking in evidence.bookings if _holds_a_seat(booking))
    broken = []
    for slot in evidence.slots:
        if taken[slot.slot_id] > slot.capacity:
            broken.append(f"сеанс {slot.slot_code}: занято {taken[slot.slot_id]} из {slot.capacity}")
        elif taken[slot.slot_id] != slot.claimed:
            broken.append(f"сеанс {slot.slot_code}: записей {taken[slot.slot_id]}, а счётчик {slot.claimed}")
    unknown = set(taken) - {slot.slot_id for slot in evidence.slots}
    broken += [f"запись на неизвестный сеанс {slot_id}" for slot_id in unknown]
    judged_by = f"{len(evidence.slots)} сеансов, {len(evidence.bookings)} записей"
    return Verdict("Ни на одном сеансе не занято больше мест, чем есть", judged_by, tuple(broken))


def quota(evidence: Evidence) -> Verdict:
    """Nobody has more try-outs than the season allows, and the counters are the counts."""
    held: dict[tuple[UUID, int], list[BookingRow]] = defaultdict(list)
    for booking in evidence.bookings:
        if _counts(booking):
            held[(booking.student_id, booking.season_year)].append(booking)
    broken = []
    for row in evidence.quotas:
        own = held.pop((row.student_id, row.season_year), [])
        found = (len(own), sum(booking.in_person for booking in own))
        if found[0] > row.max_bookings or found[1] > row.max_in_person:
            broken.append(f"участник {row.student_id}: записей {found[0]}, из них очных {found[1]}")
        elif found != (row.booked, row.in_person):
            broken.append(f"участник {row.student_id}: записей {found}, а счётчики {(row.booked, row.in_person)}")
    broken += [f"участник {student_id}: записи без счётчика" for student_id, _ in held]
    return Verdict("Никто не записан сверх квоты", f"{len(evidence.quotas)} участников", tuple(broken))


def third_stage(evidence: Evidence) -> Verdict:
    """Diagnostics said that the pupil is done before booking said that the pupil booked (broker's times)."""
    done: dict[str, int] = {}
    for record in evidence.heard("diagnostics.diagnostics-completed.v1"):
        done[record.key] = min(record.produced_at, done.get(record.key, record.produced_at))
    stages: dict[str, set[int]] = defaultdict(set)
    for record in evidence.heard("diagnostics.stage-completed.v1"):
        stages[record.key].add(record.event["stage"])
    requests = evidence.heard("booking.booking-requested.v1")
    booked = {str(booking.student_id) for booking in evidence.bookings}
    broken = [
        f"участник {request.key} записан раньше, чем сдал третий этап"
        for request in requests
        if stages[request.key] != {1, 2, 3} or done.get(request.key, request.produced_at + 1) > request.produced_at
    ]
    unheard = booked - {request.key for request in requests}
    unsent = {key for key in unheard if ("booking.events", key) in evidence.unsent}
    broken += [f"участник {key} записан без события" for key in unheard - unsent]
    late = tuple(f"участник {key}: событие о записи ещё не в Kafka" for key in unsent)
    return Verdict("Никто не записан до третьего этапа", f"{len(requests)} заявок", tuple(broken), late)


def deliveries(evidence: Evidence) -> Verdict:
    """Every recipient of every fact has one inbox row, nobody has two, nobody else has any."""
    rows = Counter((row.fact_id, row.recipient_id, row.channel) for row in evidence.deliveries)
    broken = [
        f"факт {fact}: {number} строки {channel} одному получателю"
        for (fact, _, channel), number in rows.items()
        if number > 1
    ]
    expected = expected_deliveries(evidence)
    inbox = {(row.fact_id, row.recipient_id) for row in evidence.deliveries if row.channel == "inbox"}
    broken += [
        f"факт {fact}: нет сообщения получателю {recipient}"
        for fact, recipient in expected.required - inbox
        if fact not in evidence.waiting_notices
    ]
    reached = {(row.fact_id, row.recipient_id) for row in evidence.deliveries}
    broken += [
        f"факт {fact}: лишнее сообщение получателю {recipient}" for fact, recipient in reached - expected.allowed
    ]
    channels = Counter(row.channel for row in evidence.deliveries)
    judged_by = f"{channels['inbox']} сообщений, {channels['email']} писем"
    return Verdict(
        "Каждому получателю о каждом факте ровно одна доставка",
        judged_by,
        tuple(broken),
        tuple(_on_their_way(evidence)),
    )


def _on_their_way(evidence: Evidence) -> Iterator[str]:
    for row in evidence.deliveries:
        if row.status not in {"delivered", "silenced", "failed"}:
            yield f"факт {row.fact_id}: {row.channel} в состоянии {row.status}"
    for fact in evidence.waiting_notices:
        yield f"факт {fact} ждёт своего участника"


def numbers(evidence: Evidence) -> Verdict:
    """Per topic and key: every number from 1 to the last once, first records in order, repeats true repeats."""
    broken: list[str] = []
    for stream in evidence.streams.keys() | evidence.numbers.keys():
        topic, key = stream
        last = evidence.numbers.get(stream, 0)
        wrong = _wrong_numbers(evidence.streams.get(stream, ()), last - evidence.unsent.get(stream, 0), last)
        broken += [f"{topic} {key}: {words}" for words in wrong]
    late = tuple(f"{topic} {key}: ещё не в Kafka {number}" for (topic, key), number in evidence.unsent.items())
    total = sum(map(len, evidence.streams.values()))
    repeats = total - sum(len({record.event_id for record in records}) for records in evidence.streams.values())
    judged_by = f"{total} записей, {len(evidence.streams)} ключей, повторов {repeats}"
    return Verdict("В Kafka по каждому ключу все номера подряд, от 1 до последнего", judged_by, tuple(broken), late)


def nothing_left(evidence: Evidence) -> Verdict:
    """Outboxes are empty and nothing is parked."""
    broken = tuple(f"{service}: отложено {number}" for service, number in evidence.parked.items() if number)
    unsent = Counter[str]()
    for (topic, _), number in evidence.unsent.items():
        unsent[topic] += number
    late = tuple(f"{topic}: ещё не в Kafka {number}" for topic, number in unsent.items())
    return Verdict("Всё отправлено, ничего не отложено", f"{len(evidence.parked)} сервиса", broken, late)


def answers(surprises: Iterable[str]) -> Verdict:
    """Check that the services answered every family as the rules say."""
    return Verdict("Сервисы отвечали так, как велят правила", "каждый шаг каждой семьи", tuple(surprises))


def _wrong_numbers(records: Sequence[Heard], sent: int, last: int) -> list[str]:
    first: dict[int, Heard] = {}
    wrong = []
    for record in records:
        if record.sequence in first:
            if first[record.sequence].event_id != record.event_id:
                wrong.append(f"номер {record.sequence} у двух событий")
            continue
        first[record.sequence] = record
        if record.sequence != len(first):
            wrong.append(f"номер {record.sequence} пришёл {len(first)}-м")
    if not sent <= len(first) <= last:
        wrong.append(f"номеров {len(first)}, отправлено {sent}, последний {last}" if first else "в Kafka ничего нет")
    return wrong[:_SHOWN]


def _holds_a_seat(booking: BookingRow) -> bool:
    return booking.status in HOLDING


def _counts(booking: BookingRow) -> bool:
    return booking.status in HOLDING and booking.attendance != "excused"
