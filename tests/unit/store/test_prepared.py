"""A prepared statement does what SQLAlchemy would do with it, and everybody hears of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from pikflow.store.database import Database
from pikflow.store.prepared import prepared, run
from pikflow.store.tables import funding_round, organisation

ROUND: dict[str, Any] = {
    "measure": "m", "year": 2026, "name": "Runde % „eins“", "state": "open", "opens": None,
    "budget": Decimal("1000.50"), "deadline": date(2026, 12, 31),
    "data": {"satz": Decimal("1.50")}, "created_at": datetime(2026, 3, 29, 12, tzinfo=UTC),
}  # fmt: skip
OPEN_ROUNDS = select(funding_round).where(
    funding_round.c.measure == bindparam("which"), funding_round.c.state == "open"
)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection


def _run(connection: Connection, statement: Any, values: dict[str, Any]) -> Any:
    made = prepared(statement, frozenset(values), connection.dialect)
    cursor = run(connection, made.text, made.bound([values]))
    return made.read(cursor) if cursor.description else None


def test_rows_come_back_as_with_any_statement(connection: Connection) -> None:
    connection.execute(insert(funding_round), [ROUND, {**ROUND, "year": 2027, "state": "closed"}])
    connection.execute(insert(organisation).values(id="a", name="A", kind="amt", active=False))
    found = _run(connection, OPEN_ROUNDS, {"which": "m"})
    assert found == [list(row) for row in connection.execute(OPEN_ROUNDS, {"which": "m"})]
    assert len(found) == 1
    flags = _run(connection, select(organisation.c.active), {})
    assert flags == [[False]] and flags[0][0] is False


def test_plain_text_takes_values_by_name(connection: Connection) -> None:
    assert _run(connection, text("SELECT :one, 'a%'"), {"one": "x"}) == [["x", "a%"]]


def test_listeners_hear_of_it_and_may_take_notes(
    connection: Connection, database: Database
) -> None:
    """As Flask-SQLAlchemy's record of queries and tracing libraries do."""
    heard: list[str] = []

    def before(_: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        context.begun = 1

    def after(_: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        heard.append(f"{context.begun} {context.statement == statement} {many}")

    def instead(cursor: Any, statement: str, values: Any, context: Any) -> None:
        heard.append("do")

    hooks = (
        ("before_cursor_execute", before),
        ("after_cursor_execute", after),
        ("do_execute", instead),
    )
    for name, hook in hooks:
        event.listen(database.engine, name, hook)
    _run(connection, OPEN_ROUNDS, {"which": "m"})
    for name, hook in hooks:
        event.remove(database.engine, name, hook)
    assert heard == ["do", "1 True False"]


def test_errors_are_those_of_sqlalchemy(database: Database) -> None:
    add = insert(funding_round)
    with pytest.raises(IntegrityError), database.write() as connection:
        _run(connection, add, ROUND)
        _run(connection, add, ROUND)
