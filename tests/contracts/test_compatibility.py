"""A published version only ever gains optional fields."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bilet_contracts.compatibility import incompatibilities
from bilet_contracts.registry import REGISTRY
from bilet_contracts.schemas import faults, rendered, write

PUBLISHED: dict[str, Any] = {
    "properties": {"grade": {"type": "integer", "minimum": 6}, "code": {"type": "string"}, "note": {"type": "string"}},
    "required": ["grade", "code"],
    "$defs": {"Part": {"properties": {"role": {"enum": ["mentor"]}}, "required": ["role"]}},
}


def changed(**changes: object) -> dict[str, Any]:
    return {**deepcopy(PUBLISHED), **changes}


def test_an_unchanged_schema_breaks_nobody() -> None:
    assert incompatibilities(PUBLISHED, deepcopy(PUBLISHED)) == ()


def test_a_new_optional_field_breaks_nobody() -> None:
    assert incompatibilities(PUBLISHED, changed(properties={**PUBLISHED["properties"], "new": {"type": "null"}})) == ()


@pytest.mark.parametrize(
    ("proposed", "place"),
    [
        (changed(properties={"grade": {"type": "integer", "minimum": 6}, "code": {"type": "string"}}), "note: removed"),
        (changed(required=["grade", "code", "note"]), "note: required now"),
        (changed(required=["grade"]), "code: no longer always there"),
        (
            changed(properties={**PUBLISHED["properties"], "grade": {"type": "integer", "minimum": 7}}),
            "grade: means something else",
        ),
        (
            changed(**{"$defs": {"Part": {"properties": {"role": {"enum": ["pupil"]}}, "required": ["role"]}}}),
            "Part.role: means something else",
        ),
    ],
)
def test_anything_else_is_named(proposed: dict[str, Any], place: str) -> None:
    assert place in incompatibilities(PUBLISHED, proposed)


@pytest.mark.parametrize(
    ("proposed", "place"),
    [
        (changed(**{"x-topic": "booking.catalogue"}), "the event: means something else"),
        (changed(**{"x-key": "slot_id"}), "the event: means something else"),
        (
            changed(properties={**PUBLISHED["properties"], "code": {"type": "string", "minLength": 50}}),
            "code: means something else",
        ),
        (changed(**{"$defs": {**PUBLISHED["$defs"], "Role": {"enum": ["mentor"]}}}), "Role: means something else"),
    ],
)
def test_topic_key_bounds_and_lists_of_values_do_not_change_either(proposed: dict[str, Any], place: str) -> None:
    published = changed(**{"$defs": {**PUBLISHED["$defs"], "Role": {"enum": ["mentor", "pupil"]}}})
    published |= {"x-topic": "booking.events", "x-key": "student_id"}
    assert place in incompatibilities(published, {**published, **proposed})


def test_committed_schemas_are_current_and_compatible() -> None:
    assert list(faults()) == []


def test_a_stale_or_missing_schema_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path)
    first, second, *_ = REGISTRY
    (tmp_path / f"{first}.json").unlink()
    (tmp_path / f"{second}.json").write_text(rendered(REGISTRY[second]).replace("{", "{ ", 1), encoding="utf-8")

    assert [fault.split(":")[0] for fault in faults(tmp_path)] == [first, second]
