"""A batch of writes does what the same statements would do one by one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from pikflow.store.batch import Batch
from pikflow.store.database import Database
from pikflow.store.tables import funding_round, organisation, setting

ADD_ROUND, ADD_ORGANISATION = insert(funding_round), insert(organisation)
ADD_SETTING = insert(setting)
MOVE = update(funding_round).where(funding_round.c.measure == bindparam("which"))
DROP = delete(organisation).where(organisation.c.id == bindparam("which"))
NAMES = select(funding_round.c.name).where(funding_round.c.measure == bindparam("which"))
ROUND: dict[str, Any] = {
    "measure": "m", "year": 2026, "name": "Runde % „eins“", "state": "open", "opens": None,
    "budget": Decimal("1000.005"), "deadline": date(2026, 12, 31),
    "data": {"satz": Decimal("1.50")}, "created_at": datetime(2026, 3, 29, 12, tzinfo=UTC),
}  # fmt: skip


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection


def _sent(connection: Connection, *parts: Any) -> None:
    batch = Batch(connection)
    for statement, rows in parts:
        batch.add(statement, rows)
    batch.send()


def test_binds_values_as_any_statement_does(connection: Connection) -> None:
    _sent(connection, (ADD_ROUND, [ROUND]))
    row = connection.execute(select(funding_round)).one()
    assert row.budget == Decimal("1000.01")
    assert (row.opens, row.deadline) == (None, date(2026, 12, 31))
    assert (row.name, row.data, row.created_at) == (
        ROUND["name"],
        ROUND["data"],
        ROUND["created_at"],
    )


def test_fills_the_plain_defaults_of_columns(connection: Connection) -> None:
    _sent(connection, (ADD_ORGANISATION, [{"id": "a", "name": "A", "kind": "amt"}]))
    row = connection.execute(select(organisation)).one()
    assert (row.ags, row.active, row.source, row.parent_id) == ("", True, "", None)


def test_runs_in_order_and_only_when_sent(connection: Connection) -> None:
    batch = Batch(connection)
    batch.add(ADD_ROUND, [ROUND, {**ROUND, "measure": "n"}])
    batch.add(MOVE, [{"which": "m", "name": "Neu", "budget": None}])
    assert connection.execute(select(funding_round)).all() == []
    batch.send()
    batch.send()
    rows = connection.execute(select(funding_round).order_by(funding_round.c.measure)).all()
    assert [(row.name, row.budget) for row in rows] == [
        ("Neu", None),
        (ROUND["name"], Decimal("1000.01")),
    ]


def test_many_rows_come_in_their_order(connection: Connection) -> None:
    rows = [{"key": f"k{n:02}", "value": {"n": Decimal(n)}} for n in range(19)]
    _sent(connection, (ADD_SETTING, rows))
    found = connection.execute(select(setting).order_by(setting.c.key)).all()
    assert [(row.key, row.value["n"]) for row in found] == [(f"k{n:02}", n) for n in range(19)]


def test_a_question_is_answered_by_what_went_before(connection: Connection) -> None:
    batch = Batch(connection)
    before = batch.ask(NAMES, {"which": "m"})
    batch.add(ADD_ROUND, [ROUND])
    after = batch.ask(NAMES, {"which": "m"})
    assert (before(), after()) == ([], [[ROUND["name"]]])


def test_whoever_needs_the_connection_finds_all_done(connection: Connection) -> None:
    batch = Batch(connection)
    batch.add(ADD_ROUND, [ROUND])
    assert len(batch.connection.execute(select(funding_round)).all()) == 1


def test_what_waits_at_the_end_is_sent_with_the_commit(database: Database) -> None:
    with database.batch() as batch:
        batch.add(ADD_ROUND, [ROUND])
    with database.read() as connection:
        assert len(connection.execute(select(funding_round)).all()) == 1


def test_a_row_refused_with_the_commit_undoes_all(database: Database) -> None:
    with pytest.raises(IntegrityError), database.batch() as batch:
        batch.add(ADD_SETTING, [{"key": "a", "value": "1"}])
        batch.add(ADD_ROUND, [ROUND])
        batch.add(ADD_ROUND, [ROUND])
        batch.add(DROP, [{"which": "x"}])
    with database.batch() as batch:  # and the next connection is in order
        batch.add(ADD_ROUND, [ROUND])
    with database.read() as connection:
        assert connection.execute(select(setting)).all() == []
        assert len(connection.execute(select(funding_round)).all()) == 1


def test_what_waits_is_forgotten_after_an_error(database: Database) -> None:
    with pytest.raises(RuntimeError), database.batch() as batch:
        batch.add(ADD_ROUND, [ROUND])
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(select(funding_round)).all() == []


def test_adding_no_rows_is_nothing(connection: Connection) -> None:
    _sent(connection, (DROP, []))


def test_a_refused_row_is_an_error_of_the_database_and_undoes_all(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.write() as connection:
        _sent(
            connection,
            (ADD_ROUND, [ROUND]),
            (ADD_SETTING, [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
            (DROP, [{"which": "x"}]),
        )
    assert "pik_setting" in str(refused.value.orig)
    with database.read() as connection:
        assert connection.execute(select(funding_round)).all() == []


def test_a_refused_last_row_is_one_too(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.write() as connection:
        _sent(connection, (ADD_ROUND, [ROUND, ROUND]))
    assert isinstance(refused.value, IntegrityError)
    with database.write() as connection:  # and the connection is in order again
        _sent(connection, (ADD_ROUND, [ROUND]))
