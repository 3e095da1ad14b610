"""A case of ours: the engine's step alone, and one user task through `services.tasks.complete`."""

import itertools
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import select

from benchmarks.contest import APPLICANT, BUNDLE, LOOP, NOW, PROCESS, actor, answers
from pikflow import values
from pikflow.engine import runtime
from pikflow.engine.definition import Definition
from pikflow.services import Services
from pikflow.services.environment import Unit
from pikflow.store import cases, rounds, tasks
from pikflow.store.tables import history


class EngineCase:
    """The state in memory; nothing is stored."""

    def __init__(self) -> None:
        files = {f"{PROCESS}.bpmn": (BUNDLE / f"{PROCESS}.bpmn").read_bytes()}
        self.definition = Definition.build(files, PROCESS)
        self.result = runtime.start(self.definition, {}, NOW)

    def step(self) -> None:
        """Load, complete the first open user task, prune, dump."""
        task = self.result.open_tasks[0]
        self.result = runtime.complete(
            self.definition,
            self.result.state,
            self.result.data,
            task.id,
            answers(task.element),
            NOW,
        )


class ServiceCase:
    """A stored case; `prepare` finds the open task, `step` completes it."""

    def __init__(self, services: Services, year: int) -> None:
        self._services = services
        self._keys = itertools.count(1)
        with self.read() as unit:
            found = {one.year: one.id for one in rounds.of_measure(unit.connection, PROCESS)}
        started = services.cases.start(APPLICANT, PROCESS, round_id=found[year])
        self.number = started.number
        self.prepare()

    def read(self) -> "AbstractContextManager[Unit]":
        """A transaction that sees every case."""
        return self._services.environment.query()

    @property
    def task(self) -> str:
        """The id of the open task `prepare` found."""
        return self._task.id

    @property
    def version(self) -> int:
        """The row version its page shows."""
        return self._version

    def contents(self) -> tuple[bytes, str, str]:
        """State, data and the details of an open task as they are stored, for the floor."""
        with self.read() as unit:
            case = cases.by_number(unit.connection, self.number)
            task = tasks.of_case(unit.connection, case.id)[0]
        return case.engine_state, values.dump(case.data), values.dump(task.details)

    def prepare(self) -> None:
        """What the page of the task knows: its id, the row version, a key."""
        with self.read() as unit:
            case = cases.by_number(unit.connection, self.number)
            task = tasks.of_case(unit.connection, case.id)[0]
        self._task, self._version = task, case.version

    def step(self, *, ends: bool = False) -> None:
        """One user task through the service; `ends` says that there is no further year."""
        element = self._task.element
        self._services.tasks.complete(
            actor(element),
            self._task.id,
            answers(element) | ({"noch_ein_jahr": "nein"} if ends else {}),
            version=self._version,
            key=f"{self.number}-{next(self._keys)}",
        )


# --- sizes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    """Bytes of a case as stored: its state, its data, and what a step adds to the history (the
    average of the last ones), snapshots apart."""

    state: int
    data: int
    history: int
    snapshot: int


def size_of(case: ServiceCase, steps: int = LOOP) -> Sizes:
    """The sizes now; `steps` is how many of the last steps the averages are over."""
    state, data, _ = case.contents()
    with case.read() as unit:
        row = cases.by_number(unit.connection, case.number)
        lines = select(history).where(
            history.c.instance_id == row.id, history.c.step > row.version - steps
        )
        written = [dict(line._mapping) for line in unit.connection.execute(lines)]
    snapshots = [line.pop("snapshot") or b"" for line in written]
    return Sizes(
        state=len(state),
        data=len(data.encode()),
        history=sum(len(str(v).encode()) for line in written for v in line.values()) // steps,
        snapshot=sum(map(len, snapshots)) // steps,
    )
