"""Sign-ins kept on the server: revocable, idle for at most half an hour, a new id at each sign-in.

They lie in a small SQLite file of the portal, apart from pikflow's tables, so that a page view
never writes to the cases' database. The browser's cookie holds a random id, the file its hash.
"""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from flask import session

IDLE_SECONDS = 30 * 60
_REFRESH_SECONDS = 60  # how exact the idle time is kept
_KEY = "sid"


class Sessions:
    """The signed-in browsers; `now` gives seconds since 1970."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self.file = file
        self.now = now
        with closing(self._open()) as base, base:
            base.execute(
                "CREATE TABLE IF NOT EXISTS portal_session "
                "(id TEXT PRIMARY KEY, person TEXT NOT NULL, seen REAL NOT NULL)"
            )

    def begin(self, person: str) -> None:
        """Sign this browser in, with a new id; whatever its session held before is dropped."""
        self.end()
        session.clear()
        session.permanent = True
        session[_KEY] = secrets.token_urlsafe(32)
        with closing(self._open()) as base, base:
            base.execute("DELETE FROM portal_session WHERE seen < ?", (self.now() - IDLE_SECONDS,))
            base.execute(
                "INSERT INTO portal_session VALUES (?, ?, ?)",
                (_digest(session[_KEY]), person, self.now()),
            )

    def person(self) -> str | None:
        """The id of the person this browser is signed in as; None when idle too long or unknown."""
        if _KEY not in session:
            return None
        key, now = _digest(session[_KEY]), self.now()
        with closing(self._open()) as base, base:
            row = base.execute(
                "SELECT person, seen FROM portal_session WHERE id = ? AND seen >= ?",
                (key, now - IDLE_SECONDS),
            ).fetchone()
            if row is None:
                return None
            if now - row[1] > _REFRESH_SECONDS:
                base.execute("UPDATE portal_session SET seen = ? WHERE id = ?", (now, key))
        return str(row[0])

    def is_expired(self) -> bool:
        """This browser was signed in, and no longer is."""
        return _KEY in session and self.person() is None

    def end(self) -> None:
        """Sign this browser out, on the server too."""
        key = session.pop(_KEY, None)
        if key is not None:
            with closing(self._open()) as base, base:
                base.execute("DELETE FROM portal_session WHERE id = ?", (_digest(key),))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.file, timeout=10)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
