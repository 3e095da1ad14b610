"""One clock for all processes: the machine's own, put right by the database's.

What is due is measured by the application's clock. A machine whose clock is an hour ahead would
fire every deadline an hour early; the database's clock is the one that all machines share.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from pikflow.store.database import Database

_EVERY = 60  # seconds between two comparisons
_TOLERANCE = timedelta(seconds=2)  # less is how long a question takes, or a demo's clock


def utc_now() -> datetime:
    """The machine's current instant, aware, in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """`clock` moved by as much as the machine's clock differs from the database's; it is compared
    when somebody asks, once a minute."""

    def __init__(self, clock: Callable[[], datetime], database: Database) -> None:
        self._clock = clock
        self._database = database
        self._offset = timedelta(0)
        self._next = 0.0
        self._comparing = threading.Lock()

    def __call__(self) -> datetime:
        """The current instant, aware, in UTC."""
        if time.monotonic() >= self._next and self._comparing.acquire(blocking=False):
            try:
                self._compare()
            finally:
                self._next = time.monotonic() + _EVERY
                self._comparing.release()
        return self._clock() + self._offset

    def _compare(self) -> None:
        """While the database is away the last difference holds."""
        try:
            with self._database.read() as connection:
                difference = self._database.now(connection) - utc_now()
        except SQLAlchemyError:
            return
        self._offset = difference if abs(difference) > _TOLERANCE else timedelta(0)
