"""The OpenAPI documents as other people's tools read them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = sorted((Path(__file__).parents[2] / "docs" / "openapi").glob("*.json"))
METHODS = {"get", "put", "post", "delete", "patch"}
OPEN = {
    "booking": re.compile("/catalogue/"),
    "identity": re.compile(
        "/(\\.well-known|consent-texts|esia|roster-claims|schools|sessions|staff-activations|students)"
    ),
}
"""Where a token is not needed: before there is one, and what anybody may read."""


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((path, operation) for method, operation in methods.items() if method in METHODS)


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.stem)
def named(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return request.param.stem, json.loads(request.param.read_text(encoding="utf-8"))


def test_every_operation_says_whether_it_needs_a_token(named: tuple[str, dict[str, Any]]) -> None:
    service, document = named
    schemes = document["components"]["securitySchemes"]
    for path, operation in operations(document):
        assert all(set(one) <= set(schemes) for one in operation["security"])
        assert operation["security"] or (service in OPEN and OPEN[service].match(path)), path


def test_operations_have_short_names_of_their_own_that_a_generator_can_use(named: tuple[str, dict[str, Any]]) -> None:
    names = [operation["operationId"] for _, operation in operations(named[1])]
    assert len(set(names)) == len(names) > 3
    assert [name for name in names if not re.fullmatch("[a-z][a-z0-9_]{2,60}", name)] == []
    assert named[1]["info"]["title"].isascii()


def test_what_only_our_own_services_call_is_in_no_public_document(named: tuple[str, dict[str, Any]]) -> None:
    assert [path for path in named[1]["paths"] if path.startswith("/internal")] == []
