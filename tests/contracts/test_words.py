"""Vocabularies are open: a word that is new to a reader is passed over and counted, never an error."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY as METRICS
from pydantic import ValidationError

from bilet_booking.consumers import CONSUMERS
from bilet_booking.domain.errors import DomainError
from bilet_booking.publications import PUBLICATIONS
from bilet_contracts.base import Event, Part, Topic
from bilet_contracts.compatibility import incompatibilities
from bilet_contracts.identity import StaffScope, StaffScopeChangedV1, StudentChangedV1
from bilet_contracts.notifications import DeliveredV1
from bilet_contracts.registry import REGISTRY
from bilet_contracts.schemas import rendered
from bilet_contracts.words import PATTERN, Known, Word, unknown_words
from bilet_kit.consuming.batches import BatchProcessor
from bilet_kit.consuming.inbox import Inbox
from bilet_kit.settings import ServiceSettings
from bilet_kit.storage.database import Database
from tests.support.plugin import DatabaseUrl
from tests.support.records import HandMade

GOLDEN = Path(__file__).parents[2] / "libs" / "contracts" / "golden"
VISITS = cast("Topic", "echo.visits")
WORDS = st.from_regex(PATTERN, fullmatch=True)


class Companion(Part):
    """Somebody who came along."""

    kind: Annotated[Word, Known("friend")]


class VisitRecordedV1(Event, service="echo", topic=VISITS, key="visit_id"):
    """A visit, with a word in every place where one can stand."""

    visit_id: str
    mood: Annotated[Word, Known("glad", "sad")]
    reason: Annotated[Word, Known("call")] | None = None
    channels: tuple[Annotated[Word, Known("inbox")], ...] = ()
    companions: tuple[Companion, ...] = ()


def a_state(**changes: object) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((GOLDEN / "identity.student-changed.v1.json").read_text(encoding="utf-8"))
    return {**state["value"], **changes}


def test_unknown_words_are_found_wherever_they_stand() -> None:
    visit = VisitRecordedV1(
        region_code="01",
        visit_id="1",
        mood="curious",
        reason="wind",
        channels=("inbox", "pigeon"),
        companions=(Companion(kind="friend"), Companion(kind="dog")),
    )
    assert list(unknown_words(visit)) == [
        ("mood", "curious"),
        ("reason", "wind"),
        ("channels", "pigeon"),
        ("companions.kind", "dog"),
    ]


def test_known_and_absent_words_are_not_unknown() -> None:
    assert list(unknown_words(VisitRecordedV1(region_code="01", visit_id="1", mood="glad"))) == []


@pytest.mark.parametrize("word", ["Active", "a" * 41, "in person", "", "9lives", "активен"])
def test_a_word_is_bounded(word: str) -> None:
    with pytest.raises(ValidationError):
        StudentChangedV1.from_json(json.dumps(a_state(status=word)).encode())


@pytest.mark.parametrize("event", [StudentChangedV1, DeliveredV1])
def test_a_producer_with_a_new_word_keeps_the_check_green(event: type[Event]) -> None:
    yesterday = json.loads(rendered(event))
    today = json.loads(
        rendered(event).replace('"inbox"', '"inbox", "sms"').replace('"transfer"', '"transfer", "photo"')
    )
    assert yesterday != today
    assert incompatibilities(yesterday, today) == ()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
@given(word=WORDS)
def test_every_golden_record_is_read_with_any_word_in_the_place_of_a_known_one(path: Path, word: str) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    event = REGISTRY[golden["headers"]["ce_type"]]
    schema = event.model_json_schema(mode="serialization")
    open_fields = [name for name, field in schema["properties"].items() if "examples" in field]

    read = event.from_json(json.dumps({**golden["value"], **dict.fromkeys(open_fields, word)}).encode())

    assert [getattr(read, name) for name in open_fields] == [word] * len(open_fields)


def counted(event: type[Event], field: str) -> float:
    return METRICS.get_sample_value("bilet_unknown_words_total", {"type": event.type, "field": field}) or 0.0


async def consumed(records: Sequence[HandMade], address: str, query: str) -> Any:  # noqa: ANN401 — a row of any table
    database = Database(ServiceSettings.model_validate({"environment": "test", "database_url": address}), PUBLICATIONS)
    await database.start()
    try:
        await BatchProcessor(database, CONSUMERS, Inbox(DomainError)).process(records)
        assert await database.pool.fetchval("SELECT count(*) FROM parked_messages") == 0
        return await database.pool.fetchrow(query)
    finally:
        await database.stop()


async def test_yesterdays_reader_applies_a_state_with_words_it_does_not_know(database_url: DatabaseUrl) -> None:
    pupil = uuid4()
    state = a_state(student_id=str(pupil), status="paused", purposes=["processing", "photo"])
    event = StudentChangedV1.from_json(json.dumps(state).encode())
    before = counted(StudentChangedV1, "status"), counted(StudentChangedV1, "purposes")

    row = await consumed(
        [HandMade.of(event, 1)], await database_url("booking"), "SELECT student_id, status, purposes FROM students"
    )

    assert (row["student_id"], row["status"], row["purposes"]) == (pupil, "paused", ["processing", "photo"])
    assert (counted(StudentChangedV1, "status"), counted(StudentChangedV1, "purposes")) == (
        before[0] + 1,
        before[1] + 1,
    )


async def test_a_scope_in_an_unknown_role_is_kept_and_counted(database_url: DatabaseUrl) -> None:
    scope = StaffScope(role="astronomer", region_code="01")
    event = StaffScopeChangedV1.from_json(
        json.dumps(
            {
                "region_code": "01",
                "staff_id": str(uuid4()),
                "scopes": [scope.model_dump()],
                "changed_at": "2026-07-07T00:00:00Z",
            }
        ).encode()
    )
    before = counted(StaffScopeChangedV1, "scopes.role")

    row = await consumed(
        [HandMade.of(event, 1)], await database_url("booking"), "SELECT scopes::text AS scopes FROM staff"
    )

    assert json.loads(row["scopes"]) == [{"role": "astronomer", "region_code": "01"}]
    assert counted(StaffScopeChangedV1, "scopes.role") == before + 1
