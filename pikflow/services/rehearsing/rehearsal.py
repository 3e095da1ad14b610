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
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter
from os import PathLike
from typing import Any

from pikflow.connectors import Call, Connectors
from pikflow.connectors.builtin import register_all
from pikflow.engine import runtime
from pikflow.engine.model import Process
from pikflow.engine.results import ChildStart, ConnectorCall, StepResult
from pikflow.errors import ConnectorFault, Invalid, NotFound, Refused
from pikflow.forms.schema import FormSchema
from pikflow.services.clocks import Clock
from pikflow.services.deployments import BY_MEASURE, Deployment
from pikflow.services.rehearsing import run_children
from pikflow.services.rehearsing.run_files import checked
from pikflow.services.rehearsing.run_messages import Post, Work
from pikflow.services.rehearsing.run_starts import Beginning, beginnings
from pikflow.services.rehearsing.run_stores import DatabaseStore, MemoryStore, RunStore
from pikflow.services.rehearsing.runs import Run, RunError

MOST = 1000  # how far what one call sets off may go; beyond is an endless loop between runs
_WIDEST = 10_000  # pieces of work at once
_DEEPEST = 5  # child cases of child cases
_when = itemgetter(0, 1)


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
        self._post = Post(deployment, self._runs, self._begin_at)
        self._beginnings: list[Beginning] = []
        self._faulty: set[Run] = set()
        self._todo: deque[tuple[Run, Work]] = deque()

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
        The clock begins at `begins` (aware), or now. Raises DefinitionInvalid with findings,
        Refused("database-in-use"), Invalid("store-unknown").
        """
        if store != "memory" and "://" not in str(store):
            raise Invalid(
                "store-unknown",
                f"„{store}“ ist weder „memory“ noch die Adresse einer Datenbank.",
                "Zum Beispiel sqlite:////tmp/probe.db oder postgresql://…",
            )
        if begins is not None and begins.tzinfo is None:
            raise ValueError("begins needs a time zone")
        files = checked(paths)
        if connectors is None:
            connectors = Connectors()
            register_all(connectors)
        clock = Clock((begins or datetime.now(UTC)).astimezone(UTC))
        kept = None if store == "memory" else DatabaseStore(store, files, clock)
        made = cls(Deployment.load(0, files), store=kept, clock=clock, connectors=connectors)
        made.arm()
        return made

    def arm(self) -> None:
        """Let timer start events begin runs from now on; DefinitionInvalid when one can't."""
        processes = map(self.deployment.definition, self._processes())
        self._beginnings = beginnings(processes, self.now)

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
        """Move the clock; whatever falls due on the way happens at its own instant, in due order:
        timers that are set on the way and timer start events too. One that faults is tried again
        next time. Raises Refused("too-many-starts") after 1,000 runs that timers began."""
        target = self.now + span
        if span < timedelta(0):
            raise ValueError("time does not go back")
        self._faulty.clear()
        begun = len(self._runs)
        while (first := min(self._moments(), key=_when, default=None)) and first[0] <= target:
            due, _, happen = first
            self.clock.now = max(self.now, due)
            happen()
            self.settle()
            if len(self._runs) - begun > MOST:
                raise Refused("too-many-starts", f"Zeitgeber begannen mehr als {MOST} Vorgänge.")
        self.clock.now = target

    def _moments(self) -> Iterator[tuple[datetime, int, Work]]:
        """What time will bring: when, its place among equals, and what to do then."""
        for place, beginning in enumerate(self._beginnings):
            yield beginning.due.at, place, partial(self._begin_by_timer, beginning)
        for place, run in enumerate(self._runs, len(self._beginnings)):
            due = run.due() if run.is_open() and run not in self._faulty else None
            if due is not None:
                yield due, place, partial(self._fire, run)

    def _fire(self, run: Run) -> None:
        if not run.step(runtime.fire):
            self._faulty.add(run)

    def _begin_by_timer(self, beginning: Beginning) -> None:
        self._beginnings.remove(beginning)
        following = beginning.following(self.now)
        self._beginnings += [following] if following is not None else []
        self._begin_at(beginning.process_id, beginning.element, {})

    def _begin_at(self, process_id: str, element: str, payload: Mapping[str, Any]) -> Run:
        """Begin a process at one of its start events."""
        run = Run(process_id, self)
        run.begin({}, element=element, payload=dict(payload))
        self._runs.append(run)
        return run

    def send_message(
        self, name: str, payload: Mapping[str, Any] | None = None, correlation: Any = None
    ) -> Run | None:
        """Send a message to the one run that waits for it, the oldest first, else to a start event
        of its name; gives that run, None when nobody wants it.

        `correlation` says for which run it is: a value that is compared with `pik:key` of the
        waiting event; an event without one takes the message when its run was started under this
        correlation or holds the value in its case data, by the name given in a mapping
        ({"nummer": 7}) or by any top-level name.
        """
        taker = self._post.send_message(name, payload, correlation)
        self.settle()
        return taker

    def send_signal(self, name: str, payload: Mapping[str, Any] | None = None) -> list[Run]:
        """Send a signal to all runs that wait for it and to all start events; gives those runs."""
        takers = self._post.send_signal(name, payload)
        self.settle()
        return takers

    # --- what a step sets off ------------------------------------------------------------------

    def happened(self, run: Run, result: StepResult) -> None:
        """A run has taken a step; what follows is done by `settle`."""
        self.trace += [e.element for e in result.history if e.state == "completed"]
        works: list[Work] = []
        works += [partial(self._call, run, call) for call in result.calls]
        works += [self._post.delivery(run, thrown) for thrown in result.thrown]
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
            if len(self._todo) > _WIDEST:
                break
            for _ in range(len(self._todo)):
                _, work = self._todo.popleft()
                work()
        for run, _ in self._todo:
            run.error = RunError("step-limit", "Das geht ohne Zutun immer so weiter.")
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

    def _processes(self) -> dict[str, Process]:
        """By id; a pool without content is none."""
        return {key: one for key, one in self.deployment.processes.items() if one.nodes}

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

    # --- child cases ---------------------------------------------------------------------------

    def _open_children(self, run: Run, start: ChildStart) -> None:
        if run.still_open(start.task_id) is None:
            return
        wanted = self.deployment.wanted_from_caller(start.process)
        for organisation in start.organisations:
            child = Run(start.process, self, parent=run, call=start, organisation=organisation)
            self._runs.append(child)
            if child.depth > _DEEPEST:
                child.error = RunError("nesting-limit", "Zu viele Vorgänge ineinander.")
                continue
            child.begin(run_children.begin_data(run.values, start, organisation, wanted))

    def _close_children(self, run: Run, task_id: str) -> None:
        for child in self._runs:
            if child.parent is run and child.called_by(task_id) and child.is_open():
                child.cancel()

    def _report(self, child: Run) -> None:
        """Tell the calling run that a child case has ended."""
        parent, call = child.parent, child.call
        if parent is None or call is None or parent.still_open(call.task_id) is None:
            return
        definition = self.deployment.definition(child.process_id)
        entry = run_children.entry(definition, child.values, child.organisation)
        parent.step(runtime.child_ended, call.task_id, entry)
