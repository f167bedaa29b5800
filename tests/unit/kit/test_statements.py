"""Statements are composed by SQLAlchemy, compiled once a shape, and called with asyncpg's arguments."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BindParameter,
    Column,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import InvalidRequestError

from bilet_kit.storage import statements
from bilet_kit.storage.statements import NotFixedError, Statement, call_of

LETTERS = Table(
    "letters",
    MetaData(),
    Column("letter_id", Uuid, primary_key=True),
    Column("state", Text),
    Column("tries", SmallInteger),
    Column("words", JSONB),
)
KEY = UUID(int=7)
WAITING = Statement(
    select(LETTERS.c.letter_id).where(LETTERS.c.state == "waiting", LETTERS.c.tries < bindparam("most")).limit(10)
)


def test_a_constant_knows_what_it_was_composed_with_and_is_called_with_the_rest() -> None:
    sql, arguments = WAITING.call({"most": 3})

    assert sql.count("$") == 3
    assert sorted(map(str, arguments)) == ["10", "3", "waiting"]


def test_a_call_that_forgets_a_value_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="most"):
        WAITING.call({})


def test_a_constant_never_has_as_many_parameters_as_a_list_has_elements() -> None:
    wanted: BindParameter[object] = bindparam("wanted", expanding=True)
    with pytest.raises(NotFixedError):
        Statement(select(LETTERS.c.state).where(LETTERS.c.letter_id.in_(wanted)))

    fixed = Statement(
        select(LETTERS.c.state).where(LETTERS.c.letter_id == any_(bindparam("wanted", type_=ARRAY(Uuid))))
    )
    assert fixed.call({"wanted": [KEY, KEY]})[1] == [[KEY, KEY]]


def test_documents_are_written_as_text() -> None:
    sql, arguments = Statement(insert(LETTERS), ("letter_id", "words")).call({"letter_id": KEY, "words": {"a": "б"}})

    assert sql.startswith("INSERT INTO letters (letter_id, words)")
    assert arguments[0] == KEY
    assert isinstance(arguments[1], str)


def test_an_update_sets_the_columns_it_was_made_for() -> None:
    save = Statement(update(LETTERS).where(LETTERS.c.letter_id == bindparam("saved")), ("state", "tries"))

    sql, arguments = save.call({"saved": KEY, "state": "sent", "tries": 2})

    assert "SET state=$1::VARCHAR, tries=$2::SMALLINT" in sql
    assert arguments == ["sent", 2, KEY]


@given(states=st.lists(st.text(max_size=5), min_size=2, max_size=5))
def test_what_is_composed_for_a_call_has_one_text_and_its_own_values(states: list[str]) -> None:
    calls = [call_of(select(LETTERS.c.tries).where(LETTERS.c.state == state), {}) for state in states]

    assert {sql for sql, _ in calls} == {calls[0][0]}
    assert [arguments for _, arguments in calls] == [[state] for state in states]


@given(lists=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_list_composed_for_a_call_is_spread_anew_each_time(lists: list[list[int]]) -> None:
    for wanted in lists:
        sql, arguments = call_of(select(LETTERS.c.state).where(LETTERS.c.tries.in_(wanted)), {})
        assert arguments == wanted
        assert sql.count("$") == len(wanted)


def test_shapes_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_SHAPES", 3)
    for number in range(1, 8):
        shape = select(LETTERS.c.state).where(*(LETTERS.c.tries != number for _ in range(number)))
        assert call_of(shape, {})[1] == [number] * number
    assert len(statements._texts) <= 3
