"""The tables a database gets by migrations are those the program works with."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import drop_database, new_database
from sqlalchemy import inspect, text, update

from pikflow.errors import Invalid
from pikflow.store import migrations
from pikflow.store.database import SCHEMA_VERSION, Database
from pikflow.store.tables import metadata, schema


@pytest.fixture
def empty(database_kind: str) -> Iterator[Database]:
    """A database without any table."""
    url = new_database(database_kind)
    database = Database(url)
    yield database
    database.close()
    drop_database(url)


def test_models_and_migrations_agree(database: Database) -> None:
    with database.read() as connection:
        options = {"version_table": migrations.TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_versions_are_one_chain_and_count_up() -> None:
    config = Config()
    config.set_main_option("script_location", "pikflow.store:migrations")
    chain = list(ScriptDirectory.from_config(config).walk_revisions())
    numbers = [int(step.revision) for step in reversed(chain)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == SCHEMA_VERSION


def test_brings_the_tables_of_the_first_release_forward(empty: Database) -> None:
    _make_first(empty)
    assert empty.check_version() == 1
    empty.create()
    assert empty.check_version() == SCHEMA_VERSION
    test_models_and_migrations_agree(empty)
    with empty.read() as connection:
        rows = connection.execute(text("SELECT name FROM pik_organisation"))
        assert rows.scalars().all() == ["Gemeinde"]


def test_two_processes_at_once_make_the_tables_once(empty: Database) -> None:
    faults: list[Exception] = []
    others = [Database(empty.engine.url) for _ in range(4)]
    at_once = threading.Barrier(len(others))

    def create(other: Database) -> None:
        at_once.wait()
        try:
            other.create()
        except Exception as fault:
            faults.append(fault)
        other.close()

    threads = [threading.Thread(target=create, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert empty.check_version() == SCHEMA_VERSION


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_first(empty)
    before = _tables(empty)
    upgrade = migrations.upgrade

    def break_off(connection: object, **how: bool) -> None:
        upgrade(connection, **how)  # type: ignore[arg-type]
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(migrations, "upgrade", break_off)
    with pytest.raises(RuntimeError):
        empty.create()
    monkeypatch.undo()
    assert _tables(empty) == before
    assert empty.check_version() == 1
    empty.create()


def test_leaves_tables_of_a_newer_release_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(schema).values(version=SCHEMA_VERSION + 1))
    for refused in (database.create, database.check_version):
        with pytest.raises(Invalid) as refusal:
            refused()
        assert refusal.value.code == "schema-newer"
    assert database.health() == {"database": False, "schema": 0}


def _make_first(database: Database) -> None:
    """A database as release 0.1.0 left it: its tables, its own note of the version, a row."""
    config = Config()
    config.set_main_option("script_location", "pikflow.store:migrations")
    with database.write() as connection:
        config.attributes["connection"] = connection
        migrations.command.upgrade(config, migrations.FIRST)
        connection.execute(text(f"DROP TABLE {migrations.TABLE}"))
        note = {"version": 1, "applied_at": datetime(2026, 3, 2, tzinfo=UTC)}
        connection.execute(schema.insert().values(note))
        connection.execute(
            text(
                "INSERT INTO pik_organisation (id, name, kind, ags, active, source) "
                "VALUES ('g1', 'Gemeinde', 'gemeinde', '', true, '')"
            )
        )


def _tables(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        found = inspect(connection)
        return {
            table: sorted(column["name"] for column in found.get_columns(table))
            for table in found.get_table_names()
        }
