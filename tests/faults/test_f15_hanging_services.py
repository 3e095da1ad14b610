"""F15: a web service, a mail server and a directory of persons that take a call and never answer.

Other jobs and other people's pages go on; in the end there is an incident for each call that hung;
threads that hang are counted, and too many end the process so that it is started anew.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crowd import open_tasks, settle
from outside import PROCESS, Outside, Reach
from unit.services.world import ANTRAG, PEOPLE, World, bundle

from pikflow.connectors import Call, Connector
from pikflow.identity import Actor
from pikflow.runners import hands
from pikflow.runners.hands import Hands
from pikflow.services import Services, completing
from pikflow.services.environment import Unit
from pikflow.services.tasks import Tasks

SETTINGS = {
    "PIKFLOW_JOBS_POLL_SECONDS": 0.05,
    "PIKFLOW_JOBS_LEASE_SECONDS": 1,
    "PIKFLOW_JOBS_BACKOFF_SECONDS": 0,
    "PIKFLOW_JOBS_ATTEMPTS": 2,
    "PIKFLOW_JOBS_STOP_SECONDS": 1,
}


class Hole:
    """A server that takes every connection and never says a word, until it is closed."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self._taken: list[socket.socket] = []
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self._taken.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        if self._socket.fileno() < 0:
            return
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._taken:
            one.close()


@pytest.fixture
def hole() -> Iterator[Hole]:
    made = Hole()
    yield made
    made.close()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    made = Outside(tmp_path / "outside")
    yield made
    made.close()


def _install(world: World, good: Reach, hole: Hole, hanging: Callable[[Call], str]) -> None:
    """The connectors of `outside`; those of some calls reach the hole instead: `hanging` gives the
    name of the connector that does, or ""."""
    world.environment.settings.update(SETTINGS)  # type: ignore[attr-defined]
    bad = {one.name: one for one in replace(good, web=hole.port, mail=hole.port).connectors()}
    for one in good.connectors():

        def run(call: Call, one: Connector = one) -> Any:
            chosen = bad[one.name] if hanging(call) == one.name else one
            assert chosen.run is not None
            return chosen.run(call)

        world.environment.connectors.register(Connector(one.name, one.meaning, run=run))
    world.services.definitions.deploy(bundle() | {"rechnen.bpmn": PROCESS})


def _wait(happened: Callable[[], object], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _busy() -> int:
    return sum(one.name.startswith("pikflow-job") for one in threading.enumerate())


def _ended(services: Services, numbers: list[str]) -> list[str]:
    views = (services.cases.view(PEOPLE["land1"], number).head for number in numbers)
    return [head.number for head in views if head.state == "completed"]


def test_hanging_calls_hold_nobody_up(
    world: World, outside: Outside, hole: Hole, long: bool, ledger: Any
) -> None:
    people = list(settle(world.services, 12 if long else 6).values())
    hangs: dict[str, str] = {}
    _install(world, outside.reach, hole, lambda call: hangs.get(call.number, ""))
    numbers = [world.services.cases.start(one, "rechnen").number for one in people]
    hangs |= {numbers[0]: "test.melden", numbers[1]: "test.schreiben"}
    rest = numbers[2:]
    world.services.worker.start(2)  # as many hands as there are calls that hang
    slowest = _page(world)
    assert _wait(lambda: len(_ended(world.services, rest)) == len(rest)), "others wait"
    slowest = max(slowest, _page(world))
    assert _wait(lambda: len(world.services.incidents.list(PEOPLE["admin"])) == 2)
    incidents = world.services.incidents.list(PEOPLE["admin"])
    held, attempts = _busy(), SETTINGS["PIKFLOW_JOBS_ATTEMPTS"]
    assert {one.number for one in incidents} == set(hangs)
    assert held <= 2 * attempts
    assert slowest < 5
    hole.close()
    assert _wait(lambda: _busy() == 0), "threads stay although the server is gone"
    assert world.services.worker.stop(20)
    ledger(runs=2 * int(attempts), subject=f"calls that hang; a page took {slowest:.1f} s at most")


def _page(world: World) -> float:
    """Seconds in which somebody starts a case and hands it in, or looks at the inbox."""
    began = time.monotonic()
    person = PEOPLE["kreis1"]
    world.start("kreis1")
    for task_id, name in open_tasks(world.services, person):
        if name == "Antrag ausfüllen":
            world.services.tasks.complete(person, task_id, ANTRAG)
    return time.monotonic() - began


def test_too_many_end_the_process(
    world: World, outside: Outside, hole: Hole, monkeypatch: pytest.MonkeyPatch, ledger: Any
) -> None:
    """No thread can be ended from outside: a worker with too many of them says so and ends."""
    monkeypatch.setattr(hands, "MOST_LEFT_BEHIND", 3)
    people = settle(world.services, 6).values()
    _install(world, outside.reach, hole, lambda call: "test.melden")
    for person in people:
        world.services.cases.start(person, "rechnen")
    world.services.worker.start(2)
    assert _wait(lambda: not world.services.worker.running)
    assert "hang" in str(world.services.worker.fault)
    assert _busy() <= 3 + 2 + 1
    hole.close()
    assert _wait(lambda: _busy() == 0)
    ledger(runs=6, subject="calls that hang until the worker is started anew")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_notices_workers_that_wait_for_what_hangs(
    world: World, outside: Outside, hole: Hole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hands, "_leave_behind", lambda self: None)
    people = list(settle(world.services, 3).values())
    _install(world, outside.reach, hole, lambda call: "test.melden")
    world.services.cases.start(people[0], "rechnen")
    world.services.worker.start(1)
    assert _wait(lambda: outside.begun == 1)
    time.sleep(0.5)
    number = world.services.cases.start(people[1], "rechnen").number
    assert not _wait(lambda: _ended(world.services, [number]), 4)
    hole.close()
    assert world.services.worker.stop(20)


# --- the directory of persons ------------------------------------------------------------------


class Slow:
    """A directory that answers the host, and no question about others until it is released."""

    def __init__(self, known: Any) -> None:
        self._known = known
        self.asked, self.released = threading.Event(), threading.Event()

    def current_actor(self) -> Actor | None:
        found: Actor | None = self._known.current_actor()
        return found

    def actor(self, actor_id: str) -> Actor | None:
        self._hang()
        found: Actor | None = self._known.actor(actor_id)
        return found

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        self._hang()
        found: list[Actor] = self._known.members(role, organisation_id)
        return found

    def _hang(self) -> None:
        self.asked.set()
        self.released.wait(60)


def _others_wait(world: World) -> bool:
    """Somebody gives a task to a colleague, and who the colleagues are takes very long to say:
    whether others can't write meanwhile."""
    number = world.start()
    world.complete("kreis1", "Antrag ausfüllen", ANTRAG)
    task_id = world.task("amt1", "Antrag prüfen", number)
    slow = Slow(world.environment.identity)
    services = Services(replace(world.environment, identity=slow))
    giving = threading.Thread(
        target=services.tasks.assign, args=(PEOPLE["amt1"], task_id, "amt2"), daemon=True
    )
    giving.start()
    assert slow.asked.wait(10)
    others = threading.Thread(target=world.start, args=("kreis2",), daemon=True)
    others.start()
    others.join(4)
    held = others.is_alive()
    slow.released.set()
    giving.join(10)
    others.join(10)
    assert world.task("amt2", "Antrag prüfen", number) == task_id
    return held


def test_a_directory_that_hangs_holds_no_lock(world: World, ledger: Any) -> None:
    assert not _others_wait(world)
    ledger(runs=1, subject="a directory that hangs")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_notices_a_directory_asked_under_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = completing.locked

    def locked(unit: Unit, task_id: str) -> Any:
        found = plain(unit, task_id)
        unit.environment.identity.members("clerk", "amt")
        return found

    monkeypatch.setattr(Tasks, "_colleague", lambda self, actor, task, who: PEOPLE[who])
    monkeypatch.setattr(completing, "locked", locked)
    assert _others_wait(world)
