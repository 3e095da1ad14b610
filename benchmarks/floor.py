"""The least a step can cost: one select, one update, one inbox row, one commit, by the bare driver.

The rows are as large as ours. The same connection stores the library's cases.
"""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

_TABLES = (
    "CREATE TABLE floor_case (id INTEGER PRIMARY KEY, version INTEGER, state {bytes}, data TEXT)",
    "CREATE TABLE floor_task (id TEXT PRIMARY KEY, instance_id INTEGER, lane TEXT, details TEXT)",
    "CREATE INDEX floor_task_lane ON floor_task (lane, instance_id)",
    "CREATE TABLE floor_library (id INTEGER PRIMARY KEY, text TEXT)",
)
_SELECT = "SELECT version, state, data FROM floor_case WHERE id = ?"


class Store:
    """One connection of the bare driver, as durable as ours: synchronous FULL, or fsync on."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.lite = address.get_backend_name() == "sqlite"
        self._numbers = itertools.count(1)
        if self.lite:
            self.connection: Any = sqlite3.connect(address.database or "", isolation_level=None)
            self._mark, self._begin, self._select = "?", "BEGIN IMMEDIATE", _SELECT
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection = psycopg.connect(plain, autocommit=True)
            self._mark, self._begin, self._select = "%s", "BEGIN", f"{_SELECT} FOR UPDATE"
        for table in _TABLES:
            self.run(table.format(bytes="BLOB" if self.lite else "BYTEA"))

    def run(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement.replace("?", self._mark), values or None or ())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.run(self._begin)
        yield
        self.run("COMMIT")

    # --- the floor -----------------------------------------------------------------------------

    def open_case(self, state: bytes, data: str) -> int:
        key = next(self._numbers)
        self.run("INSERT INTO floor_case VALUES (?, 1, ?, ?)", key, state, data)
        return key

    def step(self, key: int, state: bytes, data: str, details: str) -> None:
        """What every step has to do, whoever does it."""
        with self.transaction():
            version, *_ = self.run(self._select, key).fetchone()
            self.run(
                "UPDATE floor_case SET version = ?, state = ?, data = ? WHERE id = ?",
                *(version + 1, state, data, key),
            )
            task = f"{next(self._numbers):032}"
            self.run("INSERT INTO floor_task VALUES (?, ?, ?, ?)", task, key, "org:amt", details)

    # --- the library's cases -------------------------------------------------------------------

    def add(self, text: str) -> int:
        key = next(self._numbers)
        self.run("INSERT INTO floor_library VALUES (?, ?)", key, text)
        return key

    def read(self, key: int) -> str:
        text: str = self.run("SELECT text FROM floor_library WHERE id = ?", key).fetchone()[0]
        return text

    def write(self, key: int, text: str) -> None:
        self.run("UPDATE floor_library SET text = ? WHERE id = ?", text, key)
