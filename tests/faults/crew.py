"""Worker processes on one database, to be killed, stopped and started again."""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from crowd import settle
from databases import drop_database, new_database
from outside import PROCESS, Reach
from sqlalchemy import func, select
from unit.runners import worker_process
from unit.runners.conftest import SETUPS, Setup
from unit.runners.worker_process import Place
from unit.services.world import bundle
from weakened import without

from pikflow.services import Services
from pikflow.store.tables import history, job, timer

__all__ = ["SETUPS", "Crew", "Post", "crew_of"]

_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Post(Place):
    """Where the workers meet; `without` names a protection that is switched off in them."""

    reach: Reach | None = None
    without: str = ""

    def services(self, ahead: timedelta = timedelta(0), **settings: Any) -> Services:
        made = super().services(ahead, **settings)
        for connector in self.reach.connectors() if self.reach else ():
            made.environment.connectors.register(connector)
        return made


def work(post: Post, ahead: timedelta, concurrency: int, settings: dict[str, Any]) -> None:
    """A worker until it is killed."""
    without(post.without)
    worker_process.work(post, ahead, concurrency, settings)


@dataclass
class Crew(Setup):
    """Workers that are replaced when they are killed."""

    def worker(
        self, *, ahead: timedelta = timedelta(0), concurrency: int = 2, **settings: Any
    ) -> int:
        process = _processes.Process(target=work, args=(self.place, ahead, concurrency, settings))
        process.start()
        self.workers.append(process)
        assert process.pid is not None
        return process.pid

    def man(self, count: int, **settings: Any) -> None:
        """As many workers as there should be."""
        for process in [one for one in self.workers if not one.is_alive()]:
            process.join()
            self.workers.remove(process)
            process.close()
        for _ in range(count - len(self.workers)):
            self.worker(**settings)

    def kill(self, chance: random.Random) -> None:
        """kill -9 of one of them."""
        alive = [one.pid for one in self.workers if one.is_alive()]
        os.kill(chance.choice(alive) or 0, signal.SIGKILL)

    def begin(self, count: int, measure: str) -> None:
        """A case each for so many Kreise."""
        for person in settle(self.services, count).values():
            self.services.cases.start(person, measure)

    def count(self, table: Any, *conditions: Any) -> int:
        """Rows of a table."""
        with self.services.environment.query() as unit:
            statement = select(func.count()).select_from(table).where(*conditions)
            return int(unit.connection.execute(statement).scalar_one())

    def left(self) -> int:
        """Jobs and timers that are still to come."""
        return self.count(job, job.c.state != "done") + self.count(timer)

    def times(self, name: str) -> list[int]:
        """How often each case completed the element of this name."""
        with self.services.environment.query() as unit:
            found = (
                select(func.count())
                .where(history.c.name == name, history.c.state == "completed")
                .group_by(history.c.instance_id)
            )
            return list(unit.connection.scalars(found))


@contextmanager
def crew_of(
    runner: str, template: str, folder: Path, *, reach: Reach | None = None, without: str = ""
) -> Iterator[Crew]:
    """A copy of the small world for this runner, and no worker yet; with `reach` the process
    `rechnen` has effects outside."""
    kind = template.partition(":")[0].partition("+")[0]
    place = Post(new_database(kind, template), runner, folder, reach, without)
    crew = Crew(place, replace(place, without="").services())
    try:
        crew.services.worker.prepare()
        if reach:
            crew.services.definitions.deploy(bundle() | {"rechnen.bpmn": PROCESS})
        yield crew
    finally:
        crew.close()
        drop_database(place.url)
