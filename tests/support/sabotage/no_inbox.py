"""Every record is taken for a new one: what at-least-once delivery does without an inbox."""

from bilet_kit.consuming import inbox

EVERYTHING_IS_FRESH = inbox.ADMIT.replace(
    "INSERT INTO inbox (fact_id) SELECT DISTINCT fact FROM unnest($1::uuid[]) AS fact ORDER BY fact\n"
    "    ON CONFLICT DO NOTHING RETURNING fact_id",
    "SELECT DISTINCT fact AS fact_id FROM unnest($1::uuid[]) AS fact",
)


def apply() -> None:
    if EVERYTHING_IS_FRESH == inbox.ADMIT:
        raise AssertionError("the statement has changed: nothing is sabotaged")
    inbox.ADMIT = EVERYTHING_IS_FRESH
