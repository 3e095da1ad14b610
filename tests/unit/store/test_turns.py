"""What is written for the first time by several at once is written once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from pikflow.store import cases, rounds, settings, turns
from pikflow.store.database import Database

THREADS = 8


def _together(database: Database, write: Callable[[Connection], Any]) -> list[Any]:
    """What each of the threads got, which begin at one moment."""
    gate = Barrier(THREADS)

    def run(_: int) -> Any:
        gate.wait()
        with database.write() as connection:
            return write(connection)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))


def _round(connection: Connection) -> int:
    row = {"measure": "m", "year": 2026, "name": "n", "state": "open", "data": {}}
    return rounds.save(connection, row | {"created_at": datetime(2026, 1, 1, tzinfo=UTC)})


def test_numbers_are_gapless_from_the_first_one_on(database: Database) -> None:
    numbers = _together(database, lambda connection: cases.next_number(connection, "X"))
    assert sorted(numbers) == list(range(1, THREADS + 1))


def test_a_round_is_opened_once(database: Database) -> None:
    assert len(set(_together(database, _round))) == 1


def test_a_setting_is_set_by_all(database: Database) -> None:
    _together(database, lambda connection: settings.put(connection, "a", "b"))
    with database.read() as connection:
        assert settings.get(connection, "a") == "b"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_without_turns_they_get_in_each_others_way(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "take", lambda connection, what: None)
    with pytest.raises(IntegrityError):
        for _ in range(5):
            _together(database, _round)
            _together(database, lambda connection: cases.next_number(connection, "X"))
            _together(database, lambda connection: settings.put(connection, "a", "b"))
            with database.write() as connection:
                for table in ("pik_round", "pik_number", "pik_setting"):
                    connection.exec_driver_sql(f"DELETE FROM {table}")
