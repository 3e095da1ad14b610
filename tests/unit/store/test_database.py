"""The settings of docs/operations: what they are, and that writers lose nothing."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import new_database
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from pikflow.errors import Invalid
from pikflow.store import settings
from pikflow.store.database import Database
from pikflow.store.tables import metadata, setting


@pytest.fixture
def lite() -> Iterator[Database]:
    """A database in a SQLite file."""
    database = Database(new_database("sqlite"))
    database.create()
    yield database
    database.close()


def test_opens_sqlite_with_wal_full_sync_and_foreign_keys(lite: Database) -> None:
    with lite.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 20000,
    }


def test_leaves_the_connections_of_the_host_as_they_are(tmp_path: Path) -> None:
    host = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    database = Database(host)
    database.create()
    assert database.engine is not host
    with host.connect() as connection:
        assert connection.connection.dbapi_connection.isolation_level is not None
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    host.dispose()
    database.close()


def test_refuses_a_database_in_memory() -> None:
    with pytest.raises(Invalid) as refusal:
        Database("sqlite://")
    assert refusal.value.code == "database-memory"


def test_creating_twice_keeps_the_data(database: Database) -> None:
    with database.write() as connection:
        settings.put(connection, "a", "b")
    database.create()
    with database.read() as connection:
        assert settings.get(connection, "a") == "b"


def test_an_error_undoes_everything_of_the_block(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        settings.put(connection, "a", "b")
        raise RuntimeError
    with database.read() as connection:
        assert settings.get(connection, "a") is None


def test_a_reader_can_not_write(database: Database) -> None:
    with contextlib.suppress(DBAPIError), database.read() as connection:
        settings.put(connection, "a", "b")
    with database.read() as connection:
        assert settings.get(connection, "a") is None


def test_a_read_leaves_what_the_server_has_prepared() -> None:
    database = Database(new_database("postgresql"))
    ours = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT set_config%%'"
    for _ in range(7):  # psycopg prepares what it has sent five times
        with database.read() as connection:
            prepared = connection.exec_driver_sql(ours).scalar()
    database.close()
    assert prepared == 1


def test_writing_inside_writing_is_a_mistake_at_once(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="pass the connection"):  # noqa: SIM117
        with database.write():
            pass
    with database.write() as connection:
        settings.put(connection, "a", "b")


def test_reading_before_writing_loses_nothing_among_eight_threads(lite: Database) -> None:
    """Measured with the drivers' defaults, 350 of 400 such changes were lost."""
    database = lite
    with database.write() as connection:
        settings.put(connection, "n", 0)

    def count_up() -> None:
        for _ in range(25):
            with database.write() as connection:
                settings.put(connection, "n", settings.get(connection, "n") + 1)

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert settings.get(connection, "n") == 200


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.write() as connection:
        settings.put(connection, "a", "before")
    with database.read() as reading:
        assert settings.get(reading, "a") == "before"
        thread = threading.Thread(target=_put, args=(database, "a", "after"))
        thread.start()
        thread.join()
        assert settings.get(reading, "a") == "before"
    with database.read() as reading:
        assert settings.get(reading, "a") == "after"


def _put(database: Database, key: str, value: str) -> None:
    with database.write() as connection:
        settings.put(connection, key, value)


def test_tells_the_time_of_the_database_in_utc(database: Database) -> None:
    with database.read() as connection:
        now = database.now(connection)
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_all_tables_carry_our_prefix() -> None:
    assert {name for name in metadata.tables if not name.startswith("pik_")} == set()


def test_settles_into_one_file_for_copying(lite: Database) -> None:
    _put(lite, "a", "b")
    lite.settle()
    other = Database(new_database("sqlite", template=str(lite.engine.url)))
    with other.read() as connection:
        assert connection.execute(select(setting.c.key)).scalars().all() == ["a"]
    other.close()


def test_an_error_of_the_database_tells_nothing_of_what_was_typed(database: Database) -> None:
    row = {"key": "a", "value": "Name und Adresse"}
    with pytest.raises(IntegrityError) as fault, database.write() as connection:
        connection.execute(setting.insert().values(**row))
        connection.execute(setting.insert().values(**row))
    assert "Adresse" not in str(fault.value)
