"""The whole database as files, and back: one state of it, taken while others go on writing.

SQLite gives a copy of its file. PostgreSQL gives the rows of each of our tables in COPY's text
form, read in one snapshot, so that no client programs of its own are needed.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from pikflow.errors import Conflict, Invalid, Refused
from pikflow.store import migrations
from pikflow.store.database import Database
from pikflow.store.scope import enter_all, lifted
from pikflow.store.tables import file, metadata, schema

_LITE = "database.sqlite3"
PATIENCE = 10  # seconds a restore waits for others to leave the database
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Dump:
    """`kind` is "sqlite" or "postgresql", `rows` counts by table, `parts` the files that were
    written, `contents` the sha256 (hex) of every upload and its size in bytes."""

    kind: str
    schema: int
    rows: Mapping[str, int]
    parts: tuple[Path, ...]
    contents: Mapping[str, int]


def kind_of(database: Database) -> str:
    """ "sqlite" or "postgresql"."""
    return database.engine.dialect.name


def write(database: Database, folder: Path) -> Dump:
    """Write one state of the database into a folder; nobody has to wait for it.

    Raises Invalid("database-damaged") for a SQLite file that is not in order.
    """
    if kind_of(database) == "sqlite":
        return _write_lite(database, folder)
    with database.read() as connection:
        enter_all(connection)
        _take_time(connection)
        tables = _present(connection)
        parts = tuple(_copy_out(connection, table, folder) for table in tables)
        return _dump(connection, "postgresql", parts)


def is_empty(database: Database) -> bool:
    """Whether there is nothing a restore would overwrite."""
    with database.read() as connection:
        enter_all(connection)
        tables = [table for table in _present(connection) if table is not schema]
        return all(connection.execute(select(table).limit(1)).first() is None for table in tables)


def load(database: Database, folder: Path, version: int, rows: Mapping[str, int]) -> None:
    """Replace what is stored by what `write` wrote: all of it or, after any error, nothing.

    `version` is the schema's, `rows` as in the dump. The tables have that version afterwards.
    Raises Invalid("database-damaged", "rows-missing"), Refused("target-version"),
    Conflict("database-busy").
    """
    if kind_of(database) == "sqlite":
        _load_lite(database, folder / _LITE, rows)
        return
    known = database.check_version()
    if known not in (0, version):
        raise Refused(
            "target-version",
            f"Die Sicherung hat Tabellen der Fassung {version}, die Datenbank {known}.",
            "Spielen Sie sie in eine leere Datenbank ein.",
        )
    with database.engine.connect() as connection, connection.begin():
        _take_time(connection)
        if not known:
            migrations.upgrade(connection, made_by_first=False, to=version)
        _copy_in(connection, folder, rows)


def _dump(connection: Connection, kind: str, parts: tuple[Path, ...]) -> Dump:
    version = connection.execute(select(schema.c.version)).scalar() or 0
    contents = connection.execute(select(file.c.sha256, file.c.size).distinct())
    return Dump(
        kind,
        int(version),
        _counted(connection, _present(connection)),
        parts,
        {row.sha256: row.size for row in contents},
    )


def _present(connection: Connection) -> list[Table]:
    """Our tables that exist, those others refer to first."""
    names = set(inspect(connection).get_table_names())
    return [table for table in metadata.sorted_tables if table.name in names]


def _counted(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


# --- SQLite ------------------------------------------------------------------------------------


def _write_lite(database: Database, folder: Path) -> Dump:
    copy = folder / _LITE
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    _require_whole(copy)
    copied = Database(f"sqlite:///{copy}")
    try:
        with copied.read() as connection:
            return _dump(connection, "sqlite", (copy,))
    finally:
        copied.close()


def _require_whole(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as base:
        try:
            verdict = [row[0] for row in base.execute("PRAGMA integrity_check")]
            orphans = base.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError:
            verdict, orphans = ["unreadable"], []
    if verdict != ["ok"] or orphans:
        raise Invalid(
            "database-damaged",
            "Die Datenbankdatei ist beschädigt.",
            "Spielen Sie eine ältere Sicherung ein.",
        )


def _load_lite(database: Database, copy: Path, rows: Mapping[str, int]) -> None:
    """SQLite's own backup writes the pages in one transaction: a crash undoes it."""
    _require_whole(copy)

    def refuse_busy(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise _busy()

    place = database.engine.url.database or ""
    with (
        closing(sqlite3.connect(copy)) as source,
        closing(sqlite3.connect(place, timeout=PATIENCE)) as target,
    ):
        _require_rows(_counted_lite(source, rows), rows)
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target, progress=refuse_busy)


def _counted_lite(source: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    known = {row[0] for row in source.execute("SELECT name FROM sqlite_master")}
    return {
        name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - ours
        for name in names
        if name in known & set(metadata.tables)
    }


# --- PostgreSQL --------------------------------------------------------------------------------


def _take_time(connection: Connection) -> None:
    """Copying a large table takes longer than any page may."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _columns(connection: Connection, table: Table) -> str:
    """The columns the table has in this database, in an order that is the same in every other."""
    quote = connection.dialect.identifier_preparer.quote
    found = inspect(connection).get_columns(table.name)
    names = (column["name"] for column in found if "computed" not in column)
    return ", ".join(quote(name) for name in sorted(names))


def _copy_out(connection: Connection, table: Table, folder: Path) -> Path:
    part = folder / f"{table.name}.copy"
    query = f"SELECT {_columns(connection, table)} FROM {table.name}"  # noqa: S608 - our own names
    cursor = _driver(connection).cursor()
    with part.open("wb") as target, cursor.copy(f"COPY ({query}) TO STDOUT") as rows:
        for block in rows:
            target.write(block)
    return part


def _copy_in(connection: Connection, folder: Path, rows: Mapping[str, int]) -> None:
    tables = _present(connection)
    names = ", ".join(table.name for table in tables)
    try:
        connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
        connection.execute(text(f"TRUNCATE {names}"))
    except OperationalError as fault:
        raise _busy() from fault
    with lifted(connection):
        for table in tables:
            statement = f"COPY {table.name} ({_columns(connection, table)}) FROM STDIN"
            part, cursor = folder / f"{table.name}.copy", _driver(connection).cursor()
            with part.open("rb") as source, cursor.copy(statement) as target:
                while block := source.read(_CHUNK):
                    target.write(block)
            _count_on(connection, table)
        _require_rows(_counted(connection, tables), rows)


def _count_on(connection: Connection, table: Table) -> None:
    """The next id comes after the last one."""
    column = table.autoincrement_column
    if column is None:
        return
    last = connection.execute(select(func.max(column))).scalar() or 0
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    connection.execute(select(func.setval(sequence, last + 1, False)))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


# --- refusals ----------------------------------------------------------------------------------


def _require_rows(found: Mapping[str, int], wanted: Mapping[str, int]) -> None:
    wrong = sorted(name for name in wanted if found.get(name) != wanted[name])
    if wrong:
        raise Invalid(
            "rows-missing",
            f"In der Sicherung stimmen die Zeilen nicht: {', '.join(wrong)}.",
            "Nehmen Sie eine andere Sicherung.",
        )


def _busy() -> Conflict:
    return Conflict(
        "database-busy",
        "Andere Prozesse arbeiten noch mit der Datenbank.",
        "Halten Sie Webserver und Arbeiter an und wiederholen Sie den Befehl.",
    )
