"""Statements that wait for each other, and are sent together.

Waiting for the server's answer to each statement costs more than its work: psycopg sends a whole
batch before it waits once (its pipeline mode), the last one together with the commit. On SQLite
they are run one after the other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Delete, Insert, Select, TextClause, Update
from sqlalchemy.engine import Connection, Transaction

from pikflow.store.prepared import Prepared, Values, pipelines, prepared, run, together

Rows = list[Sequence[Any]]
Answer = Callable[[], Rows]
_VALUES = 50  # values in one INSERT of several rows: psycopg parses longer ones anew each time


class Batch:
    """Statements that wait; what is added first is run first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[Prepared, Any, Rows | None]] = []

    @property
    def connection(self) -> Connection:
        """The connection, to run something else: all that waits is sent before."""
        self.send()
        return self._connection

    def add(self, statement: Insert | Update | Delete, rows: Sequence[Values]) -> None:
        """Run a write of a module once for each row; rows have the same keys."""
        several = isinstance(statement, Insert) and len(rows) > 1
        size = max(1, _VALUES // len(rows[0])) if several else 1
        for first in range(0, len(rows), size):
            some = rows[first : first + size]
            made = prepared(statement, frozenset(some[0]), self._connection.dialect, len(some))
            self._waiting.append((made, made.bound(some), None))

    def ask(self, statement: Select[Any] | TextClause, values: Values) -> Answer:
        """Run a question of a module; calling the answer gives its rows, sent or not by then."""
        made = prepared(statement, frozenset(values), self._connection.dialect)
        rows: Rows = []
        self._waiting.append((made, made.bound([values]), rows))

        def answer() -> Rows:
            self.send()
            return rows

        return answer

    def send(self) -> None:
        """Run them all."""
        if self._waiting:
            with together(self._connection):
                asked = self._run()
            for made, cursor, rows in asked:
                _read(made, cursor, rows)

    def commit(self, transaction: Transaction) -> None:
        """Run them all and end the transaction. After an error nobody knows whether it was done;
        the connection can't be used any more."""
        if not self._waiting:
            transaction.commit()
            return
        with together(self._connection):
            self._run()
            transaction.commit()

    def _run(self) -> list[tuple[Prepared, Any, Rows]]:
        waiting, self._waiting = self._waiting, []
        asked = []
        later = pipelines(self._connection)
        for made, values, rows in waiting:
            cursor = run(self._connection, made.text, values)
            if not later:  # an open cursor keeps a connection locked that is given up (SQLite)
                _read(made, cursor, rows)
            elif rows is not None:
                asked.append((made, cursor, rows))
        return asked


def _read(made: Prepared, cursor: Any, rows: Rows | None) -> None:
    if rows is not None:
        rows.extend(made.read(cursor))
    cursor.close()
