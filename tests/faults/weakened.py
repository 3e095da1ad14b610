"""Protections switched off, to see that the tests of faults notice. Never in the product."""

import secrets
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, update

from pikflow.services import connecting
from pikflow.services.timers import Timers
from pikflow.store import work
from pikflow.store.clock import SteadyClock
from pikflow.store.tables import job


def without(name: str) -> None:
    """Switch a protection off in this process; "" does nothing."""
    if name:
        _KNOWN[name]()


def _no_lapse() -> None:
    """A job that was begun counts as done by whoever began it."""
    work._to_run = lambda now, database_now: and_(job.c.state == work.WAITING, job.c.due <= now)


def _no_key() -> None:
    """Each attempt tells the outside world another key."""
    plain = connecting._call
    connecting._call = lambda unit, one: replace(plain(unit, one), key=secrets.token_hex(8))


def _no_owner() -> None:
    """Whoever comes back writes the end, with its effect."""

    def end_job(connection: Any, job_id: int, owner: str, changes: Any) -> bool:
        connection.execute(update(job).where(job.c.id == job_id).values(**changes))
        return True

    work.end_job = end_job


def _timer_first() -> None:
    """The timer is taken away in a transaction of its own, then it fires."""
    plain, known = Timers.fire, work.timer_of

    def fire(self: Timers, instance_id: int) -> bool:
        with self._environment.command() as unit:
            found = known(unit.connection, instance_id)
            if found is None:
                return False
            work.drop_timer(unit.connection, instance_id)
        time.sleep(0.05)
        work.timer_of = lambda connection, case: found
        return plain(self, instance_id)

    Timers.fire = fire  # type: ignore[method-assign]


def _no_comparison() -> None:
    """The machine's own clock is never put right."""
    SteadyClock._compare = lambda self: None  # type: ignore[method-assign]


_KNOWN = {
    "steady": _no_comparison,
    "lapse": _no_lapse,
    "key": _no_key,
    "owner": _no_owner,
    "timer": _timer_first,
}
