"""What a cursor looks like stands in the document, and whatever looks like one is answered."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilet_kit.process.api import create_api
from tests.integration.booking.conftest import Region

LISTS = ("/catalogue/slots", "/catalogue/seasons", "/catalogue/sites", "/catalogue/competencies", "/catalogue/try-outs")


def pattern_of(document: dict[str, Any], path: str) -> str:
    (cursor,) = [one for one in document["paths"][path]["get"]["parameters"] if one["name"] == "cursor"]
    (pattern,) = [kind["pattern"] for kind in cursor["schema"]["anyOf"] if "pattern" in kind]
    return str(pattern)


@pytest.mark.parametrize("path", LISTS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_whatever_fits_the_pattern_of_a_cursor_is_answered(
    region: Region, path: str, data: st.DataObject
) -> None:
    cursor = data.draw(st.from_regex(pattern_of(create_api(region.service).openapi(), path), fullmatch=True))

    answer = await region.client.get(path, params={"cursor": cursor})

    assert answer.status_code == 200


async def test_pages_follow_each_other_to_the_end_and_miss_nothing(region: Region) -> None:
    whole = (await region.client.get("/catalogue/slots?limit=100")).json()["items"]
    seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await region.client.get("/catalogue/slots", params=asked)).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [one["slot_id"] for one in seen] == [one["slot_id"] for one in whole]
    assert len(seen) > 2
