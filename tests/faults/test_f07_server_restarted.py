"""F7: PostgreSQL stops, is killed, loses a process and starts again, while people and jobs work.

What somebody was told is done is stored, whatever happened to the server; the installation goes on
by itself. The server forces every commit to the disk.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from crowd import open_tasks, settle
from databases import OWNER, Server
from sqlalchemy import select
from unit.services.world import PEOPLE, World, bundle, make, prepare

from pikflow.errors import DatabaseBusy
from pikflow.identity import Actor
from pikflow.store.tables import history, job

# What a server that dies breaks off, the driver and the pool let go of as it is.
pytestmark = pytest.mark.filterwarnings("ignore:<psycopg:ResourceWarning")
QUICK = {
    "PIKFLOW_JOBS_POLL_SECONDS": 0.1,
    "PIKFLOW_JOBS_SWEEP_SECONDS": 0.5,
    "PIKFLOW_JOBS_LEASE_SECONDS": 2,
    "PIKFLOW_JOBS_BACKOFF_SECONDS": 0,  # the clock of this world stands still
}
TASK = "Ergebnis ansehen"


def _circle() -> dict[str, bytes]:
    """The process rechnen as a circle: a call of a connector, a task for a person, and again."""
    files = bundle()
    files["rechnen.bpmn"] = (
        files["rechnen.bpmn"]
        .replace(b'sourceRef="Ansehen" targetRef="Ende"', b'sourceRef="Ansehen" targetRef="Dienst"')
        .replace(b'<bpmn:endEvent id="Ende" name="Fertig"/>', b"")
        .replace(b"<bpmn:flowNodeRef>Ende</bpmn:flowNodeRef>", b"")
    )
    return files


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server(durable=True)
    made.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")  # nothing is written by chance
    yield made
    made.remove()


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[World]:
    """A world on the server, with a worker at work."""
    server.execute("DROP DATABASE IF EXISTS faults", f"CREATE DATABASE faults OWNER {OWNER}")
    prepare(server.url("faults", OWNER), tmp_path)
    made = World(*make(server.url("faults", OWNER), tmp_path, **QUICK))
    made.services.definitions.deploy(_circle())
    made.services.worker.start(2)
    yield made
    made.services.worker.stop(30)
    made.environment.database.close()


class People:
    """Each works in circles; `confirmed` are the tasks they were told are done."""

    def __init__(self, world: World, count: int) -> None:
        self.world = world
        self.persons = list(settle(world.services, count).values())
        self.confirmed: dict[str, list[str]] = {person.id: [] for person in self.persons}
        self.faults: list[BaseException] = []
        self.over = threading.Event()
        for person in self.persons:
            world.services.cases.start(person, "rechnen")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=(one,)) for one in self.persons]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(60)
        assert not self.faults, self.faults[0]

    def _work(self, person: Actor) -> None:
        try:
            while not self.over.is_set():
                try:
                    self._turn(person)
                except DatabaseBusy:
                    time.sleep(0.05)  # told so, and tried again with the same key
        except BaseException as fault:
            self.faults.append(fault)

    def _turn(self, person: Actor) -> None:
        for task_id, _ in open_tasks(self.world.services, person):
            self.world.services.tasks.complete(person, task_id, {}, key=f"key-{task_id}")
            self.confirmed[person.id].append(task_id)

    def go_on(self, patience: float = 60) -> None:
        """Until everybody has completed something more."""
        before = {who: len(done) for who, done in self.confirmed.items()}
        until = time.monotonic() + patience
        while any(len(self.confirmed[who]) == before[who] for who in before):
            assert not self.faults, self.faults[0]
            assert time.monotonic() < until, "it does not go on by itself"
            time.sleep(0.02)


def _strike(server: Server, turn: int, chance: random.Random) -> str:
    """Let something happen to the server; it runs again afterwards."""
    how = ("killed", "stopped", "lost a process")[turn % 3]
    if how == "lost a process":
        query = "SELECT pid FROM pg_stat_activity WHERE datname = 'faults' ORDER BY backend_start"
        pids = [int(str(pid)) for (pid,) in server.execute(query)]
        os.kill(chance.choice(pids), signal.SIGKILL)  # the server then begins anew by itself
        return how
    server.kill() if how == "killed" else server.stop()
    time.sleep(chance.uniform(0, 1))
    server.start()
    return how


def _stored(world: World) -> list[str]:
    statement = select(history.c.task_id).where(
        history.c.name == TASK, history.c.state == "completed"
    )
    with world.environment.query() as unit:
        return list(unit.connection.scalars(statement))


def test_what_was_confirmed_is_stored_and_work_goes_on(
    server: Server, world: World, long: bool, ledger: Any
) -> None:
    strikes, chance = 60 if long else 4, random.Random(7)
    people = People(world, 6)
    with people.at_work():
        for turn in range(strikes):
            people.go_on()
            time.sleep(chance.uniform(0, 0.5))
            _strike(server, turn, chance)
        people.go_on()
    until = time.monotonic() + 30
    while _open_jobs(world) and time.monotonic() < until:
        time.sleep(0.1)
    assert _open_jobs(world) == 0
    assert list(world.services.doctor.examine_data(lambda done, total: None)) == []
    assert list(world.services.incidents.list(PEOPLE["admin"])) == []
    stored = _stored(world)
    confirmed = {task_id for done in people.confirmed.values() for task_id in done}
    ledger(
        runs=strikes,
        lost=len(confirmed - set(stored)),
        doubled=len(stored) - len(set(stored)),
        subject=f"{len(confirmed)} completions, each with a job",
        database="postgresql",
    )


def test_notices_commits_that_are_only_in_memory(server: Server, world: World) -> None:
    """A server that answers before the commit is on the disk loses the last ones."""
    server.execute("ALTER DATABASE faults SET synchronous_commit = off")
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'"
    )
    world.environment.database.engine.dispose()  # every connection from now on is so
    people = People(world, 2)
    with people.at_work():
        people.go_on()
        people.go_on()
        server.kill()
        people.over.set()
    server.start()
    confirmed = {task_id for done in people.confirmed.values() for task_id in done}
    assert confirmed - set(_stored(world))


def _open_jobs(world: World) -> int:
    with world.environment.query() as unit:
        return len(unit.connection.scalars(select(job.c.id).where(job.c.state != "done")).all())
