"""Where the runs of a rehearsal lie between two steps: in memory, or in a real database.

In a database every step goes the way of a real case: its row is locked and read, the engine takes
the step, `progress.record` writes it, and what the run shows next is read from the rows. So a test
sees whatever saving loses.
"""

import secrets
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pikflow import config
from pikflow.catalog import Catalog, Lane
from pikflow.connectors import Connectors
from pikflow.engine import runtime, standing
from pikflow.engine.definition import Definition, models_of
from pikflow.engine.results import HistoryEntry, StepResult
from pikflow.errors import EngineFault, Refused
from pikflow.identity import Organisation
from pikflow.services import definitions, progress, steps
from pikflow.services.deployments import Deployment, Deployments
from pikflow.services.environment import Environment, Unit
from pikflow.services.organisations import Directory
from pikflow.services.progress import Deed
from pikflow.services.task_pages import open_task
from pikflow.store import cases, histories, organisations, tasks, work
from pikflow.store.database import Connection, Database

Clock = Callable[[], datetime]
OWNER = Organisation("probe", "Probe", "probe")  # every run in a database belongs to it


class RunStore(Protocol):
    """Takes the steps of runs and keeps what they lead to; a step that faults keeps nothing."""

    def start(
        self, process_id: str, data: Mapping[str, Any], **options: Any
    ) -> tuple[int, StepResult]:
        """Take the first step of a new run; gives the run's key and how it stands."""

    def step(self, key: int, command: Any, *arguments: Any, **options: Any) -> StepResult:
        """Take a step with a command of engine.runtime; gives how the run stands."""

    def history(self, key: int) -> list[HistoryEntry]:
        """All lines of a run, oldest first."""

    def due(self, key: int) -> datetime | None:
        """When the next timer of a run is due (UTC)."""

    def close(self) -> None:
        """Let go of what it holds."""


class MemoryStore:
    """Runs as their last result."""

    def __init__(self, deployment: Deployment, clock: Clock) -> None:
        self._deployment = deployment
        self._clock = clock
        self._runs: list[tuple[Definition, StepResult, list[HistoryEntry]]] = []

    def start(
        self, process_id: str, data: Mapping[str, Any], **options: Any
    ) -> tuple[int, StepResult]:
        definition = self._deployment.definition(process_id)
        result = runtime.start(definition, data, self._clock(), **options)
        self._runs.append((definition, result, list(result.history)))
        return len(self._runs) - 1, result

    def step(self, key: int, command: Any, *arguments: Any, **options: Any) -> StepResult:
        definition, before, past = self._runs[key]
        result: StepResult = command(
            definition, before.state, before.data, *arguments, self._clock(), **options
        )
        self._runs[key] = (definition, result, [*past, *result.history])
        return result

    def history(self, key: int) -> list[HistoryEntry]:
        return self._runs[key][2]

    def due(self, key: int) -> datetime | None:
        return self._runs[key][1].next_due

    def close(self) -> None:
        self._runs.clear()


class DatabaseStore:
    """Runs as cases of one organisation in a database that holds nothing but rehearsals."""

    def __init__(self, url: Any, files: Mapping[str, bytes], clock: Clock) -> None:
        database = Database(url)
        self._closing = weakref.finalize(self, database.close)
        database.create()
        self.environment = _environment(database, files, clock)
        self._name = secrets.token_hex(8)
        self._places: dict[tuple[str, str], str] = {}  # no column holds the place of a line
        with self.environment.command() as unit:
            _require_own(unit.connection)
            if organisations.by_id(unit.connection, OWNER.id) is None:
                organisations.add_all(unit.connection, [_row_of(OWNER)])
            kept = definitions.keep(unit, files)
            self._versions = {record.key: record.id for record in (*kept.fresh, *kept.same)}

    def start(
        self, process_id: str, data: Mapping[str, Any], **options: Any
    ) -> tuple[int, StepResult]:
        with self.environment.command() as unit:
            version = steps.pinned(unit, self._versions[process_id])
            key = cases.add(unit.connection, self._row(unit, process_id, data))
            case = cases.lock(unit.connection, key)
            if case is None:
                raise EngineFault("case-missing", "Die Zeile des Vorgangs fehlt.")
            result = runtime.start(version.definition, case.data, unit.now, **options)
            progress.record(unit, case, version.definition, result, Deed("started"))
        return key, self._read(key, result)

    def step(self, key: int, command: Any, *arguments: Any, **options: Any) -> StepResult:
        with self.environment.command() as unit:
            case = cases.lock(unit.connection, key)
            if case is None:
                raise EngineFault("case-missing", "Die Zeile des Vorgangs fehlt.")
            definition = steps.pinned(unit, case.definition_id).definition
            result: StepResult = command(
                definition, case.engine_state, case.data, *arguments, unit.now, **options
            )
            done = command is runtime.complete
            deed = _completion(unit, key, arguments[0]) if done else Deed("step")
            progress.record(unit, case, definition, result, deed)
        return self._read(key, result)

    def history(self, key: int) -> list[HistoryEntry]:
        with self.environment.query() as unit:
            rows = histories.of_case(unit.connection, key)
        return [
            HistoryEntry(
                row.task_id,
                row.element,
                row.name,
                row.kind,
                row.lane,
                row.process,
                row.phase,
                row.state,  # type: ignore[arg-type]
                row.at,
                tuple(row.path.split("/")) if row.path else (),
                self._places.get((row.task_id, row.element), ""),
            )
            for row in rows
            if row.element
        ]

    def due(self, key: int) -> datetime | None:
        with self.environment.query() as unit:
            known = work.timer_of(unit.connection, key)
        return known[0] if known else None

    def close(self) -> None:
        self._closing()

    def _row(self, unit: Unit, process_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "number": f"{OWNER.id}-{self._name}-{secrets.token_hex(6)}",
            "measure": OWNER.kind,
            "definition_id": self._versions[process_id],
            "process": process_id,
            "organisation_id": OWNER.id,
            "version": 0,
            "data": data,
            "waiting": [],
            "started_at": unit.now,
            "updated_at": unit.now,
        }

    def _read(self, key: int, result: StepResult) -> StepResult:
        """How the run stands by its rows; only what a step hands out once is the engine's word."""
        self._places.update({(e.task_id, e.element): e.place for e in result.history})
        with self.environment.query() as unit:
            case = cases.by_id(unit.connection, key)
            people = {row.id: open_task(row) for row in tasks.of_case(unit.connection, key)}
            if case is None:
                raise EngineFault("case-missing", "Die Zeile des Vorgangs fehlt.")
            definition = steps.pinned(unit, case.definition_id).definition
            now = standing.read(definition, case.engine_state, case.data, unit.now)
        services = {task.id: task for task in now.open_tasks if task.kind == "service"}
        known = {**people, **services}
        order = [task.id for task in now.open_tasks if task.id in known]
        return replace(
            result,
            state=case.engine_state,
            data=case.data,
            open_tasks=tuple(known.pop(key) for key in order) + tuple(known.values()),
            waiting=now.waiting,
            completed=case.state != "open",
        )


class _OneLane(Deployments):
    """Whatever lanes the diagrams have, the one organisation works them."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def catalog(self, connection: Connection, newest: int | None = None) -> Catalog:
        return self._catalog


def _environment(database: Database, files: Mapping[str, bytes], clock: Clock) -> Environment:
    environment: Environment
    environment = Environment(
        database=database,
        identity=Directory(lambda: environment.query()),
        clock=clock,
        connectors=Connectors(),
        deployments=_OneLane(_catalog_of(files)),
        settings=config.read({}),
        files_folder=Path(),
    )
    return environment


def _catalog_of(files: Mapping[str, bytes]) -> Catalog:
    deployment = Deployment.load(0, files)
    nodes = (
        node
        for model in models_of(deployment.bpmn)
        for process in model.processes.values()
        for node in process.nodes.values()
    )
    names = {lane for node in nodes for lane in (node.lane, node.attributes.get("lane")) if lane}
    lanes = {name: Lane(name, OWNER.kind, "applicant") for name in ("", *sorted(names))}
    return Catalog({OWNER.kind: {"de": OWNER.name}}, {OWNER.kind: OWNER.name}, lanes, {})


def _completion(unit: Unit, key: int, task_id: str) -> Deed:
    """That somebody has completed a task, as it is kept for a person."""
    row = {
        "task_id": task_id,
        "key": f"task:{task_id}",
        "instance_id": key,
        "actor_id": OWNER.id,
        "at": unit.now,
        "answer": {},
    }
    return Deed("task", task_id, completion=row)


def _row_of(organisation: Organisation) -> dict[str, Any]:
    return {"id": organisation.id, "name": organisation.name, "kind": organisation.kind}


def _require_own(connection: Connection) -> None:
    """Refuse a database with cases of people: runs would stand among them."""
    if organisations.all_rows(connection).keys() - {OWNER.id}:
        raise Refused(
            "database-in-use",
            "In dieser Datenbank stehen Organisationen; eine Probe braucht eine eigene.",
            "Geben Sie die Adresse einer leeren Datenbank an.",
        )
