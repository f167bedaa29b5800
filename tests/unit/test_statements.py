"""Statements name their columns: one that takes whatever a table has breaks when a migration adds a column."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = re.compile(r"CREATE TABLE (\w+)")
BOUND = re.compile(r"(?=(?:\b(?:FROM|JOIN|INTO|UPDATE)|,)\s+(\w+)\s+(?:AS\s+)?(\w+))")
OF_ALIAS = re.compile(r"(?:SELECT|RETURNING|,)\s+(\w+)\.\*")
OF_TABLE = re.compile(r"SELECT\s+\*\s+FROM\s+(\w+)")
RETURNED = re.compile(r"RETURNING\s+\*")

SCRIPTS = [*ROOT.glob("services/*/migrations/versions/*.sql"), *ROOT.glob("libs/kit/src/bilet_kit/storage/schema*.sql")]
TABLES = frozenset(name for script in SCRIPTS for name in TABLE.findall(script.read_text(encoding="utf-8")))
SOURCES = [
    path
    for folder in ("services", "libs")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".sql"} and "src" in path.parts
]


def whole_rows(text: str) -> list[str]:
    """Find `*` that stands for all columns of a table; of a subquery or a function, whose columns are named, it may."""
    aliases = TABLES | {alias for table, alias in BOUND.findall(text) if table in TABLES}
    found = [match.group(0) for match in OF_ALIAS.finditer(text) if match.group(1) in aliases]
    found += [match.group(0) for match in OF_TABLE.finditer(text) if match.group(1) in TABLES]
    return found + RETURNED.findall(text)


def test_no_statement_takes_whatever_columns_a_table_has() -> None:
    assert {"outbox", "students", "bookings", "deliveries"} <= TABLES
    assert {path.name: found for path in SOURCES if (found := whole_rows(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("SELECT * FROM students WHERE true", 1),
        ("SELECT s.*, 1 FROM students s", 1),
        ("UPDATE slots AS t SET claimed = 1 RETURNING t.*", 1),
        ("INSERT INTO outbox (id) VALUES (1) RETURNING *", 1),
        ("SELECT e.* FROM unnest($1::int[]) AS e (n)", 0),
        ("SELECT * FROM (SELECT student_id FROM students) one", 0),
        ("SELECT count(*) FROM students", 0),
    ],
)
def test_the_check_tells_tables_from_what_is_made_in_the_statement(statement: str, number: int) -> None:
    assert len(whole_rows(statement)) == number
