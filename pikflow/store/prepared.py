"""The statements of a step as the driver takes them: compiled once per process, run by the driver.

Building, caching and describing a statement costs SQLAlchemy more time than the database takes to
run it. So here the compiled text is kept together with the functions that bind the values going in
and convert those coming out; they are those of the column types, as with any other statement.
Listeners of the engine (also those of a host) and errors are SQLAlchemy's too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Delete, Insert, Select, TextClause, Update, bindparam
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Statement = Insert | Update | Delete | Select[Any] | TextClause
Values = Mapping[str, Any]
Converter = Callable[[Any], Any] | None


@dataclass(frozen=True)
class Prepared:
    """The text of a statement, how each of its values is bound: (name, place of its row, key in
    the row, function), and how each of its columns is converted: (place, function). `defaults`
    fill what a row lacks."""

    text: str
    binders: tuple[tuple[str, int, str, Converter], ...]
    order: tuple[str, ...] | None
    defaults: Mapping[str, Any]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def bound(self, rows: Sequence[Values]) -> Any:
        """The values of the rows as the driver takes them: by position, or by name."""
        given = [{**self.defaults, **row} for row in rows] if self.defaults else rows
        values = {
            name: given[at][key] if binder is None else binder(given[at][key])
            for name, at, key, binder in self.binders
        }
        return values if self.order is None else tuple([values[name] for name in self.order])

    def read(self, cursor: Any) -> list[Sequence[Any]]:
        """The rows the driver got, in the types of their columns."""
        found: list[Sequence[Any]] = []
        for row in cursor.fetchall():
            values = list(row)
            for at, reader in self.readers:
                values[at] = reader(values[at])
            found.append(values)
        return found


@lru_cache(maxsize=512)
def prepared(
    statement: Statement, keys: frozenset[str], dialect: Dialect, rows: int = 1
) -> Prepared:
    """A statement of a module for rows with these keys; an INSERT of several `rows` at once."""
    if isinstance(statement, Insert):
        return _prepared_insert(statement, keys, dialect, rows)
    write = isinstance(statement, Update | Delete)
    made = statement.compile(dialect=dialect, column_keys=sorted(keys) if write else None)
    fixed = {name: bind.value for name, bind in made.binds.items() if name not in keys}
    return _of(made, {name: (0, name) for name in made.binds}, dialect, fixed, statement)


def _prepared_insert(
    statement: Insert, keys: frozenset[str], dialect: Dialect, rows: int
) -> Prepared:
    defaults = _defaults(statement)
    names = sorted(keys | defaults.keys())
    if rows == 1:
        made = statement.compile(dialect=dialect, column_keys=names)
        return _of(made, {name: (0, name) for name in names}, dialect, defaults, statement)
    places = {f"{name}_m{at}": (at, name) for at in range(rows) for name in names}
    columns = statement.table.c
    one_by_one = [
        {name: bindparam(f"{name}_m{at}", type_=columns[name].type) for name in names}
        for at in range(rows)
    ]
    made = statement.values(one_by_one).compile(dialect=dialect)
    return _of(made, places, dialect, defaults, statement)


def _of(
    made: Any,
    places: Mapping[str, tuple[int, str]],
    dialect: Dialect,
    defaults: Mapping[str, Any],
    statement: Statement,
) -> Prepared:
    binders = tuple(
        (name, *places[name], bind.type.dialect_impl(dialect).bind_processor(dialect))
        for name, bind in made.binds.items()
    )
    order = tuple(made.positiontup) if made.positional and made.positiontup is not None else None
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    readers = [
        (at, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for at, column in enumerate(columns)
    ]
    known = tuple((at, reader) for at, reader in readers if reader is not None)
    return Prepared(str(made), binders, order, defaults, known)


def _defaults(statement: Insert) -> dict[str, Any]:
    """The plain values that columns get when an insert does not name them."""
    return {
        column.key: column.default.arg  # type: ignore[attr-defined]
        for column in statement.table.c
        if column.default is not None and column.default.is_scalar
    }


# --- run by the driver -------------------------------------------------------------------------


class _Told:
    """What listeners of the engine are told of a statement; they may keep notes on it."""

    executemany, compiled, exception = False, None, None

    def __init__(self, statement: str, parameters: Any) -> None:
        self.statement, self.parameters = statement, parameters

    def handle_dbapi_exception(self, fault: BaseException) -> None:
        """SQLAlchemy's own contexts put things in order here; there is nothing to be."""


def run(connection: Connection, text: str, values: Any) -> Any:
    """Run a statement; gives the driver's cursor. `_cursor_execute` is what SQLAlchemy (2.0, 2.1)
    itself runs sequences with: it tells listeners and translates errors, and does nothing else
    (test_prepared.py)."""
    cursor = connection.connection.cursor()
    told: Any = _Told(text, values)
    connection._cursor_execute(cursor, text, values, told)
    return cursor


def pipelines(connection: Connection) -> bool:
    """Whether the driver can send several statements before it waits (psycopg 3)."""
    return hasattr(connection.connection.driver_connection, "pipeline")


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let the driver send everything before it waits, where it can."""
    if not pipelines(connection):
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except DBAPIError:
        raise
    except connection.dialect.loaded_dbapi.Error as fault:  # what the server said in the end
        raise DBAPIError.instance(
            None, None, fault, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from fault
