"""Processes tried out from outside: no app, no people, no waiting.

    rehearsal = Rehearsal.from_files("antrag.bpmn", "formulare/")
    run = rehearsal.start("antrag", {"betrag": 1200})
    run.complete("pruefen", {"urteil": "gut"})
    rehearsal.advance(timedelta(days=14))
    assert run.completed

All runs share one clock, which stands still until `advance` moves it. What a step sets off
(connectors, messages and signals to other runs, child cases) is done before the call comes back.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from pikflow.connectors import Call, Connectors
from pikflow.connectors.builtin import register_all
from pikflow.engine import runtime
from pikflow.engine.correlation import key_text
from pikflow.engine.definition import models_of
from pikflow.engine.model import Process
from pikflow.engine.results import ChildStart, ConnectorCall, StepResult, Thrown, WaitingEvent
from pikflow.errors import ConnectorFault, DefinitionInvalid, Finding, NotFound
from pikflow.forms.schema import FormSchema
from pikflow.services import run_children, sources
from pikflow.services.checking import check, merged
from pikflow.services.deployments import BY_MEASURE, Deployment
from pikflow.services.run_stores import DatabaseStore, MemoryStore, RunStore
from pikflow.services.runs import Run, RunError
from pikflow.values import normalise

MOST = 1000  # pieces of work one call may set off; more is an endless loop between runs
_DEEPEST = 5  # child cases of child cases
_ANYWAY = ("name-", "lane-", "task-without-lane", "connector-unknown", "connector-not-named")

Fits = Callable[[Run, WaitingEvent], bool]


class Clock:
    """A clock that stands where it was put; `tick` is added at every look, so that what happens
    one after the other has an order."""

    def __init__(self, now: datetime, tick: timedelta = timedelta(0)) -> None:
        self.now = now
        self._tick = tick

    def __call__(self) -> datetime:
        self.now += self._tick
        return self.now

    def advance(self, span: timedelta) -> datetime:
        """Move it forward; gives the instant it then shows."""
        if span < timedelta(0):
            raise ValueError("time does not go back")
        self.now += span
        return self.now


class Rehearsal:
    """Processes with their forms, and the runs started on them."""

    def __init__(
        self,
        deployment: Deployment,
        *,
        store: RunStore | None = None,
        clock: Clock | None = None,
        connectors: Connectors | None = None,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = clock or Clock(datetime.now(UTC))
        self.deployment = deployment
        self.store = store or MemoryStore(deployment, self.clock)
        self.trace: list[str] = []  # element ids of all runs in the order they were completed
        self._connectors = connectors or Connectors()
        self._roles = roles
        self._runs: list[Run] = []
        self._todo: deque[tuple[Run, Callable[[], None]]] = deque()

    @classmethod
    def from_files(
        cls,
        *paths: str | PathLike[str],
        store: Any = "memory",
        connectors: Connectors | None = None,
        begins: datetime | None = None,
    ) -> "Rehearsal":
        """A rehearsal of BPMN, DMN and form files, or folders with such, in any order.

        `store` is "memory", or the URL of a database (SQLite file or PostgreSQL) in which each step
        is written and from which it is read again; one that holds cases of people is refused.
        `connectors` are run by the service tasks that name them; the others stay open as tasks.
        The clock begins at `begins` (aware), or now. Raises DefinitionInvalid with findings.
        """
        files = checked(paths)
        if connectors is None:
            connectors = Connectors()
            register_all(connectors)
        clock = Clock((begins or datetime.now(UTC)).astimezone(UTC))
        kept = None if store == "memory" else DatabaseStore(store, files, clock)
        deployment = Deployment.load(0, files)
        return cls(deployment, store=kept, clock=clock, connectors=connectors)

    def __enter__(self) -> "Rehearsal":
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; happens by itself when the rehearsal is no longer used."""
        self.store.close()

    # --- runs ----------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The instant (UTC) the clock of all runs shows."""
        return self.clock.now

    @property
    def runs(self) -> list[Run]:
        """All runs in the order they began, those messages, signals and calls started too."""
        return list(self._runs)

    @property
    def processes(self) -> list[str]:
        """The ids of the processes that can be started."""
        return list(self._processes())

    def start(self, process_id: str, data: Mapping[str, Any] | None = None) -> Run:
        """Begin a process with case data; what keeps it from beginning is in the run's `error`.

        Raises NotFound("process-not-found").
        """
        if process_id not in self._processes():
            known = ", ".join(self._processes())
            raise NotFound(
                "process-not-found", f"Den Prozess „{process_id}“ gibt es hier nicht.", known
            )
        run = Run(process_id, self)
        self.begin(run, data or {})
        return run

    def begin(self, run: Run, data: Mapping[str, Any], **options: Any) -> bool:
        """Let a run take its first step, or try it again with other data; whether it could."""
        began = run.begin(data, **options)
        if run not in self._runs:
            self._runs.append(run)
        self.settle()
        return began

    # --- what comes from outside ---------------------------------------------------------------

    def advance(self, span: timedelta) -> None:
        """Move the clock; whatever falls due on the way happens at its own instant, in due order,
        timers that are set on the way included. A timer that faults is tried again next time."""
        target = self.now + span
        if span < timedelta(0):
            raise ValueError("time does not go back")
        faulty: list[Run] = []
        while True:
            waiting = (run for run in self._runs if run.is_open() and run not in faulty)
            dues = [(due, n, run) for n, run in enumerate(waiting) if (due := run.due())]
            first = min(dues, default=None)
            if first is None or first[0] > target:
                break
            due, _, run = first
            self.clock.now = max(self.now, due)
            if not run.step(runtime.fire):
                faulty.append(run)
            self.settle()
        self.clock.now = target

    def send_message(
        self, name: str, payload: Mapping[str, Any] | None = None, correlation: Any = None
    ) -> Run | None:
        """Send a message to the one run that waits for it, else to a start event of its name; gives
        that run, None when nobody wants it.

        `correlation` says for which run it is: a value that is compared with `pik:key` of the
        waiting event; an event without one takes the message when its run was started under this
        correlation or holds the value in its case data, by the name given in a mapping
        ({"nummer": 7}) or by any top-level name.
        """
        taker = self._give(name, payload, correlation, lambda r, e: _fits(r, e, correlation))
        self.settle()
        return taker

    def send_signal(self, name: str, payload: Mapping[str, Any] | None = None) -> list[Run]:
        """Send a signal to all runs that wait for it and to all start events; gives those runs."""
        takers = self._spread(name, payload, None)
        self.settle()
        return takers

    def _give(
        self, name: str, payload: Mapping[str, Any] | None, correlation: Any, fits: Fits
    ) -> Run | None:
        for run in self._runs:
            event = next((e for e in run.waits("message", name) if fits(run, e)), None)
            if event is not None:
                sent = dict(payload or {})
                run.step(runtime.send_message, name, sent, event_id=event.id)
                return run
        started = self._trigger("message", name, payload, correlation, most=1)
        return started[0] if started else None

    def _spread(
        self, name: str, payload: Mapping[str, Any] | None, thrower: Run | None
    ) -> list[Run]:
        takers = [r for r in self._runs if r is not thrower and r.waits("signal", name)]
        for run in takers:
            run.step(runtime.send_signal, name, dict(payload or {}))
        return takers + self._trigger("signal", name, payload, None, most=MOST)

    def _trigger(
        self,
        kind: str,
        name: str,
        payload: Mapping[str, Any] | None,
        correlation: Any,
        *,
        most: int,
    ) -> list[Run]:
        """Start what begins with this message or signal."""
        started: list[Run] = []
        for process_id in self._processes():
            for trigger in self.deployment.definition(process_id).triggers:
                if (trigger.kind, trigger.name) == (kind, name) and len(started) < most:
                    run = Run(process_id, self)
                    run.correlation = correlation
                    run.begin({}, element=trigger.element, payload=dict(payload or {}))
                    started.append(run)
                    self._runs.append(run)
        return started

    # --- what a step sets off ------------------------------------------------------------------

    def happened(self, run: Run, result: StepResult) -> None:
        """A run has taken a step; what follows is done by `settle`."""
        self.trace += [e.element for e in result.history if e.state == "completed"]
        works: list[Callable[[], None]] = []
        works += [partial(self._call, run, call) for call in result.calls]
        works += [partial(self._deliver, run, thrown) for thrown in result.thrown]
        works += [partial(self._open_children, run, start) for start in result.children]
        works += [partial(self._close_children, run, key) for key in result.closed_children]
        if result.completed and run.parent is not None:
            works.append(partial(self._report, run))
        self._todo += [(run, work) for work in works]

    def settle(self) -> None:
        """Do what the last step set off, and what that sets off in turn."""
        for _ in range(MOST):
            if not self._todo:
                return
            _, work = self._todo.popleft()
            work()
        for run, _ in self._todo:
            run.error = RunError("step-limit", f"Mehr als {MOST} Schritte ohne Zutun.")
        self._todo.clear()

    def schema_of(self, form: str, process: str) -> FormSchema | None:
        """The form a task of a process names; None for one that was not given."""
        if form.startswith(BY_MEASURE):
            roles = self._roles if self._roles is not None else self._roles_of(process)
            form = roles.get(form.removeprefix(BY_MEASURE), "")
        return self.deployment.schema(form)

    def _roles_of(self, process: str) -> Mapping[str, str]:
        """The forms of the first measure whose cases come through the process."""
        for measure in self.deployment.catalog.measures.values():
            if process in self.deployment.definition(measure.process).reached(measure.process):
                return measure.forms
        return {}

    def _processes(self) -> Mapping[str, Process]:
        """By id; a pool without content is none."""
        models = models_of(self.deployment.bpmn)
        return {k: p for model in models for k, p in model.processes.items() if p.nodes}

    def _call(self, run: Run, call: ConnectorCall) -> None:
        """Call a connector; one nobody registered, or that needs pikflow's tables, stays open."""
        task = run.still_open(call.task_id)
        names = self._connectors.names
        work = self._connectors.get(call.connector).run if call.connector in names else None
        if task is None or work is None:
            return
        key = f"{self._runs.index(run)}:connector:{call.task_id}"
        try:
            outcome = work(Call(key, "", call.element, call.input, self.now))
        except ConnectorFault as fault:
            run.refuse(task, fault)
            return
        run.step(runtime.resume, call.task_id, outcome)

    def _deliver(self, run: Run, thrown: Thrown) -> None:
        if thrown.kind == "signal":
            self._spread(thrown.name, thrown.payload, run)
        else:
            self._give(thrown.name, thrown.payload, thrown.key, lambda _, e: e.key == thrown.key)

    # --- child cases ---------------------------------------------------------------------------

    def _open_children(self, run: Run, start: ChildStart) -> None:
        task = run.still_open(start.task_id)
        if task is None:
            return
        for organisation in start.organisations:
            child = Run(start.process, self, parent=run, call=start, organisation=organisation)
            self._runs.append(child)
            if child.depth > _DEEPEST:
                child.error = RunError("nesting-limit", "Zu viele Vorgänge ineinander.")
                continue
            child.begin(run_children.handed_down(run.values, start, task, organisation))

    def _close_children(self, run: Run, task_id: str) -> None:
        for child in self._runs:
            if child.parent is run and child.called_by(task_id) and child.is_open():
                child.step(runtime.cancel)

    def _report(self, child: Run) -> None:
        """Tell the calling run that a child case has ended."""
        parent, call = child.parent, child.call
        if parent is None or call is None or parent.still_open(call.task_id) is None:
            return
        definition = self.deployment.definition(child.process_id)
        entry = run_children.entry(definition, child.values, child.organisation)
        parent.step(runtime.child_ended, call.task_id, entry)


def checked(paths: "tuple[str | PathLike[str], ...]") -> dict[str, bytes]:
    """The files paths stand for, without journeys; raises DefinitionInvalid when something in them
    keeps them from running. Lanes, names and connectors are no matter here: nobody signs in,
    answers may bring any name, and a service task can be completed by hand."""
    files, findings = sources.read(Path(path) for path in paths)
    files = merged({}, files)
    findings += check(files, connectors=frozenset())
    found = [finding for finding in findings if not finding.code.startswith(_ANYWAY)]
    if not Deployment.load(0, files).bpmn and not found:
        message = "In den Dateien ist kein Prozess."
        found.append(Finding("", 0, "", "error", "process-missing", message))
    if any(finding.severity == "error" for finding in found):
        raise DefinitionInvalid(found)
    return files


def _fits(run: Run, event: WaitingEvent, correlation: Any) -> bool:
    """Whether a message from outside with this correlation is for this event of this run."""
    if correlation is None:
        return event.key is None
    named = isinstance(correlation, Mapping)
    wanted = {n: _key(v) for n, v in (correlation if named else {"": correlation}).items()}
    if event.key is not None:
        return event.key in wanted.values()
    if run.correlation == correlation:
        return True
    if named:
        return all(_key(run.values.get(name)) == key for name, key in wanted.items())
    return wanted[""] in map(_key, run.values.values())


def _key(value: Any) -> str:
    """A value as a text that can be compared; what is no key is equal to itself alone."""
    try:
        return key_text(normalise(value)) or ""
    except TypeError:
        return repr(value)
