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

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Write = Insert | Update | Delete
Binder = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Compiled:
    """The text of a write and how each of its values is bound; `defaults` fill what a row lacks."""

    text: str
    binders: Mapping[str, Binder]
    order: tuple[str, ...] | None
    defaults: Mapping[str, Any]

    def bound(self, row: Mapping[str, Any]) -> Any:
        """The values of a row as the driver takes them: by position, or by name."""
        given = {**self.defaults, **row}
        values = {
            name: given[name] if binder is None else binder(given[name])
            for name, binder in self.binders.items()
        }
        return values if self.order is None else tuple(values[name] for name in self.order)


@lru_cache(maxsize=256)
def _compiled(statement: Write, keys: frozenset[str], dialect: Dialect) -> _Compiled:
    defaults = _defaults(statement) if isinstance(statement, Insert) else {}
    names = sorted(keys | defaults.keys())
    made = statement.compile(dialect=dialect, column_keys=names)
    binders = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in made.binds.items()
    }
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
        if not rows:
            return
        made = _compiled(statement, frozenset(rows[0]), self._connection.dialect)
        self._waiting += [(made.text, made.bound(row)) for row in rows]

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
