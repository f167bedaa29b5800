"""Who must be told of what, worked out from Kafka alone: the rule of notifications, said a second time."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from bilet_local.demo.evidence import Evidence
from bilet_local.demo.integrator import Heard

Told = set[tuple[UUID, UUID]]
"""Fact and recipient."""

_STATES = tuple(f"identity.student-{what}.v1" for what in ("registered", "changed", "activated", "suspended"))
_APPROVED = "booking.booking-approved.v1"
_CANCELLED = "booking.booking-cancelled.v1"
_STAGE = "diagnostics.stage-completed.v1"
_COMPLETED = "diagnostics.diagnostics-completed.v1"
_LAST_STAGE = 3
_PUPIL, _GUARDIANS, _MENTOR = "pupil", "guardians", "mentor"
_AUDIENCES = {
    "booking.booking-requested.v1": {_GUARDIANS},
    _APPROVED: {_PUPIL, _GUARDIANS, _MENTOR},
    "booking.booking-declined.v1": {_PUPIL, _GUARDIANS},
    "booking.booking-expired.v1": {_PUPIL, _GUARDIANS},
    _CANCELLED: {_PUPIL, _GUARDIANS, _MENTOR},
    "booking.recommendation-issued.v1": {_PUPIL, _GUARDIANS},
    _STAGE: {_PUPIL},
    _COMPLETED: {_PUPIL, _GUARDIANS},
}


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have been told of a fact, and who may have been."""

    required: Told
    allowed: Told


@dataclass(frozen=True, slots=True)
class _Family:
    """A pupil's guardians by all states heard: a pupil who came of age meanwhile may have been told with or without them."""

    always: frozenset[UUID]
    ever: frozenset[UUID]


def expected_deliveries(evidence: Evidence) -> Expected:
    """Work out who must and who may have been told of every fact."""
    families = _families(evidence)
    approved = {record.event["booking_id"] for record in evidence.heard(_APPROVED)}
    completed = {record.key: record.sequence for record in evidence.heard(_COMPLETED)}
    required: Told = set()
    allowed: Told = set()
    for record in evidence.heard(*_AUDIENCES):
        if _is_told_by_the_completion(record, completed):
            continue
        audience = _AUDIENCES[record.type]
        if record.type == _CANCELLED and record.event["booking_id"] not in approved:
            audience = audience - {_MENTOR}
        must, may = _recipients(record, audience, families.get(record.key, _Family(frozenset(), frozenset())))
        required |= {(record.fact_id, recipient) for recipient in must}
        allowed |= {(record.fact_id, recipient) for recipient in must | may}
    return Expected(required, allowed | _consent_requests(evidence, families))


def _is_told_by_the_completion(record: Heard, completed: Mapping[str, int]) -> bool:
    """Whether a stage is the last one, taken for the first time: the completion tells of it."""
    if record.type != _STAGE or record.event["stage"] != _LAST_STAGE:
        return False
    return record.sequence < completed.get(record.key, record.sequence + 1)


def _recipients(record: Heard, audience: Collection[str], family: _Family) -> tuple[set[UUID], set[UUID]]:
    must: set[UUID] = set()
    may: set[UUID] = set()
    if _PUPIL in audience:
        must.add(UUID(record.key))
    if _GUARDIANS in audience:
        must |= family.always
        may |= family.ever
    if _MENTOR in audience and record.event["mentor_staff_id"]:
        must.add(UUID(record.event["mentor_staff_id"]))
    return must, may


def _families(evidence: Evidence) -> dict[str, _Family]:
    states: dict[str, list[Heard]] = defaultdict(list)
    for record in evidence.heard(*_STATES):
        states[record.key].append(record)
    return {key: _family(records) for key, records in states.items()}


def _family(states: list[Heard]) -> _Family:
    """From the first verified guardian on: before it nothing is told to guardians."""
    ordered = sorted(states, key=lambda record: record.sequence)
    tied = [frozenset(map(UUID, record.event["guardian_ids"])) for record in ordered]
    since = next((number for number, guardians in enumerate(tied) if guardians), len(tied))
    later = tied[since:]
    return _Family(frozenset.intersection(*later) if later else frozenset(), frozenset().union(*tied))


def _consent_requests(evidence: Evidence, families: dict[str, _Family]) -> Told:
    """Facts that are in no event: each guardian may be asked once for consent, under an id of notifications' own."""
    known = {record.fact_id for record in evidence.heard(*_AUDIENCES)}
    asked: Told = set()
    seen: set[tuple[UUID, UUID]] = set()
    for row in evidence.deliveries:
        family = families.get(str(row.student_id))
        if row.fact_id in known or family is None or row.recipient_id not in family.ever:
            continue
        if (row.student_id, row.recipient_id) not in seen or (row.fact_id, row.recipient_id) in asked:
            asked.add((row.fact_id, row.recipient_id))
        seen.add((row.student_id, row.recipient_id))
    return asked
