"""Faults of the database at chosen statements: real ones, thrown by the server itself."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_EVENTS = ("do_execute", "do_executemany", "do_execute_no_params")
_RAISE = "DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '{}'; END $$"


class Injector:
    """Lets statements fail by chance, one in `often`, at most `most` of them; `thrown` names the
    faults there were."""

    def __init__(self, chance: random.Random, *, often: int, most: int) -> None:
        self._chance, self._often, self._most = chance, often, most
        self.thrown: list[str] = []
        self.resting = False

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Throws nothing meanwhile."""
        self.resting = True
        yield
        self.resting = False

    def strike(self, cursor: Any, statement: str) -> None:
        """Perhaps throw instead of the statement."""
        if self.resting or len(self.thrown) >= self._most or self._chance.randrange(self._often):
            return
        if isinstance(cursor, sqlite3.Cursor):
            self._lock(statement)
            return
        fault = self._chance.choice(("40001", "40P01", "terminated", "cut"))
        self.thrown.append(fault)
        if fault == "terminated":
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        elif fault == "cut":
            cursor.connection.close()
        else:
            cursor.execute(_RAISE.format(fault))

    def _lock(self, statement: str) -> None:
        """What SQLite says after it waited too long; only when a transaction begins or writes."""
        if statement.startswith(("SELECT", "PRAGMA", "COMMIT", "ROLLBACK")):
            return
        self.thrown.append("locked")
        fault = sqlite3.OperationalError("database is locked")
        fault.sqlite_errorname, fault.sqlite_errorcode = "SQLITE_BUSY", sqlite3.SQLITE_BUSY
        raise fault


@contextmanager
def inject(injector: Injector, engine: Engine) -> Iterator[Injector]:
    """Let the injector strike at every statement of the engine."""

    def strike(cursor: Any, statement: str, *_: Any) -> None:
        injector.strike(cursor, statement)

    for name in _EVENTS:
        event.listen(engine, name, strike)
    try:
        yield injector
    finally:
        for name in _EVENTS:
            event.remove(engine, name, strike)
