"""A worker as a process of its own, with one more kind of job whose effects can be counted.

The kind "count" writes a line to `calls` when it begins, hangs as long as the file `hang` says (the
first call takes that file away), and adds a row to `ran` in the transaction of the job's end.
"""

import os
import signal
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from unit.services.world import make

from pikflow.host.clock import DemoClock
from pikflow.runners.choice import choose
from pikflow.services import Services
from pikflow.services.environment import Environment, Unit
from pikflow.services.handlers import Handler
from pikflow.store import clock
from pikflow.store.clock import SteadyClock
from pikflow.store.work import JobRecord

KIND = "count"
SETTINGS = {
    "PIKFLOW_JOBS_POLL_SECONDS": 0.2,
    "PIKFLOW_JOBS_SWEEP_SECONDS": 0.5,
    "PIKFLOW_JOBS_LEASE_SECONDS": 1,
    "PIKFLOW_JOBS_STOP_SECONDS": 5,
    "PIKFLOW_JOBS_BACKOFF_SECONDS": 0.2,
}


@dataclass(frozen=True)
class Place:
    """Where a setup lives: the database, the runner's name, a folder the processes share."""

    url: str
    runner: str
    folder: Path

    def services(self, ahead: timedelta = timedelta(0), **settings: Any) -> Services:
        """Services of a machine whose clock is `ahead`; jobs of KIND are known."""
        changed = {**SETTINGS, **settings, "PIKFLOW_JOBS_RUNNER": self.runner}
        services, _ = make(self.url, self.folder / "files", **changed)
        plain = services.environment
        days = DemoClock(self.folder / "clock.json")
        environment = replace(
            plain,
            clock=SteadyClock(lambda: days() + ahead, plain.database),
            runner=choose(plain.settings, plain.database.engine),
        )
        made = Services(environment)
        made.jobs.handlers[KIND] = Handler(inside=self.count, outside=self.call)
        return made

    def call(self, environment: Environment, job: JobRecord) -> int:
        """The effect outside: a line, and whatever time `hang` wants."""
        with (self.folder / "calls").open("a") as file:
            file.write(f"{job.key} {os.getpid()}\n")
        mine = self.folder / f"hang-{os.getpid()}"
        try:
            (self.folder / "hang").rename(mine)
        except FileNotFoundError:
            return os.getpid()
        time.sleep(float(mine.read_text()))
        return os.getpid()

    def count(self, unit: Unit, job: JobRecord, outcome: int) -> None:
        """The effect inside: a row."""
        row = {"key": job.key, "process": outcome}
        unit.connection.execute(text("INSERT INTO ran VALUES (:key, :process)"), row)


def work(place: Place, ahead: timedelta, concurrency: int, settings: dict[str, Any]) -> None:
    """A worker until it is killed, or stopped as `pikflow worker` is."""
    real = clock.utc_now
    clock.utc_now = lambda: real() + ahead
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    services = place.services(ahead, **settings)
    services.worker.start(concurrency)
    while services.worker.running and not asked:
        time.sleep(0.05)
    services.worker.stop()
