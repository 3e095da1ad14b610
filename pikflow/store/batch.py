"""The writes of one step, compiled once per process and sent together at its end.

Two things of a step cost more than its work in the database: SQLAlchemy's building and binding of
each statement, and waiting for the server's answer to each. So a batch binds the values itself and
runs the compiled text; psycopg sends the whole batch before it waits once (its pipeline mode).
Events of the engine and errors are SQLAlchemy's, as with any other statement.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Delete, Insert, Update, bindparam
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Write = Insert | Update | Delete
Binder = Callable[[Any], Any] | None
_VALUES = 50  # values in one INSERT of several rows: psycopg parses longer ones anew each time


@dataclass(frozen=True)
class _Compiled:
    """The text of a write and how each of its values is bound: (name, place of its row, key in
    the row, function). `defaults` fill what a row lacks."""

    text: str
    binders: tuple[tuple[str, int, str, Binder], ...]
    order: tuple[str, ...] | None
    defaults: Mapping[str, Any]

    def bound(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """The values of the rows as the driver takes them: by position, or by name."""
        given = [{**self.defaults, **row} for row in rows]
        values = {
            name: given[at][key] if binder is None else binder(given[at][key])
            for name, at, key, binder in self.binders
        }
        return values if self.order is None else tuple(values[name] for name in self.order)


@lru_cache(maxsize=512)
def _compiled(statement: Write, keys: frozenset[str], rows: int, dialect: Dialect) -> _Compiled:
    defaults = _defaults(statement) if isinstance(statement, Insert) else {}
    names = sorted(keys | defaults.keys())
    places = {name: (0, name) for name in names}
    if isinstance(statement, Insert) and rows > 1:
        places = {f"{name}_m{at}": (at, name) for at in range(rows) for name in names}
        columns = statement.table.c
        one_by_one = [
            {name: bindparam(f"{name}_m{at}", type_=columns[name].type) for name in names}
            for at in range(rows)
        ]
        statement = statement.values(one_by_one)
        made = statement.compile(dialect=dialect)
    else:
        made = statement.compile(dialect=dialect, column_keys=names)
    binders = tuple(
        (name, *places[name], bind.type.dialect_impl(dialect).bind_processor(dialect))
        for name, bind in made.binds.items()
    )
    order = tuple(made.positiontup) if made.positional and made.positiontup is not None else None
    return _Compiled(str(made), binders, order, defaults)


def _defaults(statement: Insert) -> dict[str, Any]:
    """The plain values that columns get when an insert does not name them."""
    return {
        column.key: column.default.arg  # type: ignore[attr-defined]
        for column in statement.table.c
        if column.default is not None and column.default.is_scalar
    }


class Batch:
    """Writes that wait; what is added first is run first. Nothing that gives rows belongs here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Any]] = []

    def add(self, statement: Write, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement of a module once for each row; rows have the same keys."""
        several = isinstance(statement, Insert) and len(rows) > 1
        size = max(1, _VALUES // len(rows[0])) if several else 1
        for first in range(0, len(rows), size):
            some = rows[first : first + size]
            keys = frozenset(some[0])
            made = _compiled(statement, keys, len(some), self._connection.dialect)
            self._waiting.append((made.text, made.bound(some)))

    def send(self) -> None:
        """Run them all."""
        waiting, self._waiting = self._waiting, []
        with _together(self._connection):
            for text, values in waiting:
                self._connection.exec_driver_sql(text, values)


@contextmanager
def _together(connection: Connection) -> Iterator[None]:
    """Let the driver send everything before it waits, where it can (psycopg 3)."""
    driver = connection.connection.driver_connection
    pipeline = getattr(driver, "pipeline", None)
    if pipeline is None:
        yield
        return
    try:
        with pipeline():
            yield
    except DBAPIError:
        raise
    except connection.dialect.loaded_dbapi.Error as fault:  # what the server said in the end
        raise DBAPIError.instance(
            None, None, fault, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from fault
