"""What the senders ask for all the time is found by index, however much waits for its time or is settled."""

from datetime import timedelta

import pytest

from bilet_kit.storage.statements import Statement
from bilet_notifications.storage.due import DUE
from tests.integration.notifications.conftest import Desk

FILL = """
INSERT INTO deliveries (delivery_id, fact_id, recipient_kind, recipient_id, channel, student_id, region_code, template,
    template_version, variables, created_at, urgency, status, attempts, maybe_repeated, next_attempt_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'guardian', gen_random_uuid(), 'email', gen_random_uuid(), '63', 'x', 1, '{}',
    clock_timestamp(), 'ordinary', $1, 0, false, clock_timestamp() + $2::interval FROM generate_series(1, $3)
"""
ASKED = {"channel_name": "email", "urgency_name": "ordinary", "versions": "{}", "most": 100}


@pytest.mark.parametrize("statement", DUE)
async def test_a_claim_reads_what_is_due_and_nothing_else(desk: Desk, statement: Statement) -> None:
    await desk.rows(FILL, "delivered", None, 20_000)
    await desk.rows(FILL, "waiting", timedelta(hours=1), 5_000)
    await desk.rows(FILL, "waiting", timedelta(hours=-1), 10)
    await desk.rows(FILL, "waiting", None, 10)
    await desk.rows("ANALYZE deliveries")

    sql, arguments = statement.call(ASKED)
    plan = "\n".join(row[0] for row in await desk.rows(f"EXPLAIN (ANALYZE, COSTS OFF) {sql}", *arguments))

    assert "deliveries_due" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert "Rows Removed by Filter" not in plan
