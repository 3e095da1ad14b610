"""A database with cases, and workers around it, for each adapter on each database it is for."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from databases import drop_database, new_database
from sqlalchemy import text
from unit.services.world import PEOPLE, prepare

from pikflow.identity import Organisation
from pikflow.services import Services
from pikflow.services.environment import Unit
from pikflow.services.outbox import Order, add
from pikflow.store import work as stored
from pikflow.store.database import Database

from .worker_process import KIND, Place, work

SETUPS = (("embedded", "sqlite"), ("embedded", "postgresql"), ("procrastinate", "postgresql"))
_processes = multiprocessing.get_context("forkserver")
# What takes long to import; modules of the tests themselves are not found there (Python 3.11).
_processes.set_forkserver_preload(
    ["pikflow.services", "pikflow.host.clock", "pikflow.runners.procrastinate"]
)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each kind of database one to be copied; made when first asked for."""
    folder, made = tmp_path_factory.mktemp("runners"), {}

    class Templates(dict[str, str]):
        def __missing__(self, kind: str) -> str:
            url = made[kind] = new_database(kind)
            prepare(url, folder)
            database = Database(url)
            with database.write() as connection:
                connection.execute(text('CREATE TABLE ran ("key" text, process integer)'))
            database.settle()
            database.close()
            self[kind] = url
            return url

    return Templates()


@dataclass
class Setup:
    """One adapter at work: `cases` are ids of open cases, each with a timer 30 days from now."""

    place: Place
    services: Services
    cases: list[int] = field(default_factory=list)
    workers: list[BaseProcess] = field(default_factory=list)

    def worker(
        self, *, ahead: timedelta = timedelta(0), concurrency: int = 2, **settings: Any
    ) -> int:
        """Start a worker process; gives its id."""
        process = _processes.Process(target=work, args=(self.place, ahead, concurrency, settings))
        process.start()
        self.workers.append(process)
        assert process.pid is not None
        return process.pid

    def start_cases(self, number: int, ahead: timedelta = timedelta(0)) -> None:
        """Cases of as many Kreise, started so much later than now."""
        services = self.place.services(ahead)
        places = [Organisation(f"p{n}", f"Kreis {n}", "kreis") for n in range(number)]
        self.services.organisations.save(places)
        for place in places:
            services.cases.start(replace(PEOPLE["kreis1"], organisation=place), "mini")
        services.environment.database.close()
        with self.services.environment.query() as unit:
            rows = unit.connection.execute(text("SELECT id FROM pik_process_instance ORDER BY id"))
            self.cases = [case_id for (case_id,) in rows]

    def order(self, number: int, case_id: int = 0, prefix: str = "job") -> None:
        """Jobs in one transaction: each for a case of its own, or all for one."""
        with self.services.environment.command() as unit:
            self.add(unit, number, case_id, prefix)

    def add(self, unit: Unit, number: int, case_id: int = 0, prefix: str = "job") -> None:
        owners = [case_id or self.cases[n % len(self.cases)] for n in range(number)]
        add(unit, [Order(KIND, f"{prefix}-{n}", owner, {}) for n, owner in enumerate(owners)])

    def ran(self) -> list[str]:
        """The keys of what was done inside, in the order it was done."""
        return [str(key) for key, _ in self._rows()]

    def ran_by(self) -> dict[str, int]:
        """Which process did what."""
        return {str(key): int(process) for key, process in self._rows()}

    def _rows(self) -> list[tuple[str, int]]:
        with self.services.environment.query() as unit:
            rows = unit.connection.execute(text('SELECT "key", process FROM ran'))
            return [(str(key), int(process)) for key, process in rows]

    def calls(self) -> list[tuple[str, int]]:
        """(key, process) of what was begun outside, in order."""
        file = self.place.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(line.split()[0], int(line.split()[1])) for line in lines]

    def hang_first(self, seconds: float) -> None:
        """The next call takes so long."""
        (self.place.folder / "hang").write_text(str(seconds))

    def open_jobs(self) -> int:
        """How many jobs have not ended."""
        with self.services.environment.query() as unit:
            wanted = f"SELECT count(*) FROM pik_outbox WHERE state <> '{stored.DONE}'"
            return int(unit.connection.execute(text(wanted)).scalar_one())

    def wait(self, happened: Callable[[], object], seconds: float = 20) -> None:
        """Until it happened; a failure when it did not."""
        until = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < until, f"after {seconds} s: {self.calls()} {self.ran()}"
            time.sleep(0.05)

    def close(self) -> None:
        for process in self.workers:
            if process.is_alive():
                os.kill(process.pid or 0, signal.SIGKILL)
        for process in self.workers:
            process.join()
            process.close()
        self.services.worker.stop()
        self.services.environment.database.close()


@pytest.fixture(params=SETUPS, ids="-".join)
def setup(
    request: pytest.FixtureRequest, templates: dict[str, str], tmp_path: Path
) -> Iterator[Setup]:
    """A fresh database and no worker yet."""
    runner, kind = request.param
    place = Place(new_database(kind, templates[kind]), runner, tmp_path)
    made = Setup(place, place.services())
    made.services.worker.prepare()
    yield made
    made.close()
    drop_database(place.url)
