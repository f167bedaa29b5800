"""What was ever published stays readable, and is written the same way."""

import json
from pathlib import Path
from typing import Any

import pytest

from bilet_contracts.cloudevents import Envelope
from bilet_contracts.registry import REGISTRY

GOLDEN = Path(__file__).parents[2] / "libs" / "contracts" / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def test_every_event_in_the_registry_has_a_golden_record() -> None:
    assert {read(path)["headers"]["ce_type"] for path in FILES} == set(REGISTRY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_record_is_read_and_written_again_without_a_difference(path: Path) -> None:
    golden = read(path)
    envelope = Envelope.from_headers((name, value.encode()) for name, value in golden["headers"].items())
    event = REGISTRY[envelope.type].from_json(json.dumps(golden["value"]).encode())

    written = json.loads(event.to_json())
    assert golden["value"].items() <= written.items()
    assert all(written[added] is None for added in written.keys() - golden["value"].keys())
    assert {name: value.decode() for name, value in envelope.to_headers()} == golden["headers"]
    assert (event.topic, event.key) == (golden["topic"], golden["key"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fields_that_a_later_version_adds_are_passed_over(path: Path) -> None:
    golden = read(path)
    event = REGISTRY[golden["headers"]["ce_type"]]

    later = event.from_json(json.dumps({**golden["value"], "added_later": {"by": "V1.1"}}).encode())

    assert later == event.from_json(json.dumps(golden["value"]).encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_event_carries_a_field_that_could_name_a_person(path: Path) -> None:
    personal = {"last_name", "first_name", "patronymic", "birth_date", "snils", "email", "phone", "login", "answers"}

    assert personal.isdisjoint(read(path)["value"])
