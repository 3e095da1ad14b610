"""One run of a rehearsal: a case as a test sees it, in plain values.

Numbers come out as int or float, dates as ISO text, so they compare with what a test writes down;
inside they stay Decimal and date. Nothing here changes when the case goes on: ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from pikflow.deadlines import local_day
from pikflow.engine import results, runtime
from pikflow.engine.results import StepResult
from pikflow.errors import Conflict, ConnectorFault, EngineFault, Invalid, PikFlowError, Refused
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.services.rehearsing.run_stores import RunStore
from pikflow.services.submissions import AnswersInvalid, sections_of
from pikflow.values import normalise, plain


@dataclass(frozen=True)
class OpenTask:
    """A task somebody has to complete.

    `kind` is user, manual, service (a connector nobody registered) or children; `names` the local
    names of a multi-instance: its item and loopCounter.
    """

    id: str
    element_id: str
    name: str
    lane: str
    kind: str = "user"
    form: str = ""
    due: date | None = None
    names: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WaitingEvent:
    """An event the run waits for: timer, message, signal or conditional.

    `message` is the name of the message or signal, `key` the correlation it waits for, `due` the
    instant (UTC) of a timer, `attached_to` the element a boundary event stands on.
    """

    id: str
    element_id: str
    name: str
    kind: str
    due: datetime | None = None
    message: str = ""
    key: str | None = None
    attached_to: str = ""


@dataclass(frozen=True)
class HistoryRecord:
    """One element that was completed; `kind` is its BPMN tag (userTask, scriptTask, endEvent, ...).

    `scope` is "" in the process itself, else the ids of the sub-processes and call activities
    around the element, outermost first, joined by "/"; "#2" stands behind the id of what ran as
    the second instance of a multi-instance or loop, the element itself included ("Sub#2/Task#1").
    """

    element_id: str
    kind: str
    scope: str
    at: datetime
    name: str = ""


@dataclass(frozen=True)
class RunError:
    """Why a run does not go on.

    Either the process ended with an error nobody caught (code "error-not-caught" and its
    `bpmn_error_code`), or a step was not taken: the run stands where it stood before, `code` says
    why (no-way-out, expression, step-limit, ...), and the next step that succeeds clears it.
    """

    code: str
    message: str = ""
    element_id: str = ""
    bpmn_error_code: str | None = None
    hint: str = ""


class Stage(Protocol):
    """What a run asks of its rehearsal."""

    store: RunStore

    @property
    def now(self) -> datetime: ...

    def schema_of(self, form: str, process: str) -> FormSchema | None: ...

    def happened(self, run: "Run", result: StepResult) -> None: ...

    def settle(self) -> None: ...


class Run:
    """One case of a rehearsal, started by `Rehearsal.start`, a message, a signal or a call."""

    def __init__(
        self,
        process_id: str,
        stage: Stage,
        *,
        parent: "Run | None" = None,
        call: results.ChildStart | None = None,
        organisation: Mapping[str, Any] | None = None,
    ) -> None:
        """`parent`, `call` and `organisation` are those of a child case (`pik:cases`)."""
        self.process_id = process_id
        self.parent = parent
        self.call = call
        self.organisation = organisation or {}
        self.correlation: Any = None  # what the message that started it came with
        self.error: RunError | None = None
        self.key = 0  # in the store
        self._stage = stage
        self._given: dict[str, Any] = {}
        self._result: StepResult | None = None
        self._cancelled = False

    def __repr__(self) -> str:
        open_now = [task.element_id for task in self.open_tasks]
        return f"<Run {self.process_id} {self.state} {open_now}>"

    # --- what it shows -------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """open, completed, cancelled, or failed: it could not begin, or ended with an uncaught
        error."""
        if self._result is None or self._result.error is not None:
            return "failed"
        if self._cancelled:
            return "cancelled"
        return "completed" if self._result.completed else "open"

    @property
    def completed(self) -> bool:
        """Whether it has reached its end; one that was cancelled or failed has not."""
        return self.state == "completed"

    @property
    def began(self) -> bool:
        return self._result is not None

    @property
    def ended(self) -> bool:
        """Whether it has ended, well or with an error nobody caught."""
        return self._result is not None and self._result.completed

    @property
    def outcome(self) -> str | None:
        """The name of the end event that ended it."""
        return self._result.outcome if self._result is not None else None

    @property
    def data(self) -> dict[str, Any]:
        """The case data as plain values: int, float, str, bool, None, list, dict."""
        found: dict[str, Any] = plain(self.values)
        return found

    @property
    def values(self) -> Mapping[str, Any]:
        """The case data as the engine holds them, numbers as Decimal."""
        return self._result.data if self._result is not None else self._given

    @property
    def open_tasks(self) -> list[OpenTask]:
        return [_task(task) for task in self.open_now()]

    @property
    def waiting_events(self) -> list[WaitingEvent]:
        return [_event(event) for event in self._waiting()]

    @property
    def history(self) -> list[HistoryRecord]:
        """Everything completed so far, in that order; what was cancelled is not in it."""
        if self._result is None:
            return []
        return [
            HistoryRecord(e.element, e.kind, e.place, e.at, e.name)
            for e in self._stage.store.history(self.key)
            if e.state == "completed"
        ]

    def open_task(self, task: OpenTask | str) -> results.OpenTask:
        """The engine's view of an open task; raises Conflict("task-not-open") when it is not,
        Invalid("task-ambiguous") for an element that is open several times."""
        key = task if isinstance(task, str) else task.id
        return _only(self.open_now(), key, ("task-not-open", "task-ambiguous"), "Aufgabe")

    # --- what can be done with it --------------------------------------------------------------

    def complete(self, task: OpenTask | str, answers: Mapping[str, Any] | None = None) -> None:
        """Complete an open task: an OpenTask, its id, or its element id when only one is open.

        With a form the answers are validated (AnswersInvalid), without one taken as they are; a
        service task is completed with its connector's result. What the process makes of them is
        in `error`. Raises Conflict("task-not-open"), Invalid("task-ambiguous").
        """
        found = self.open_task(task)
        self.submit(found, self._checked(found, dict(answers or {})))

    def submit(self, task: results.OpenTask, values: Mapping[str, Any]) -> bool:
        """Complete a task with values nobody validates; whether the step was taken."""
        command = runtime.resume if task.kind == "service" else runtime.complete
        return self._commanded(command, task.id, dict(values))

    def fail(self, task: OpenTask | str, code: str) -> None:
        """Let an open service task fail as its connector would, with an error code.

        Without an error event that takes it the task stays open and `error` says so.
        """
        self.refuse(self.open_task(task), ConnectorFault(code, code))
        self._stage.settle()

    def cancel(self) -> None:
        """End it from outside, as its caller or an administrator does."""
        self._cancelled = self.is_open()
        self.step(runtime.cancel)
        self._stage.settle()

    def fire(self, event: WaitingEvent | str, payload: Mapping[str, Any] | None = None) -> None:
        """Let a waiting event happen now, whatever it waits for: a WaitingEvent, its id, or its
        element id when only one waits. The clock stays where it is.

        Raises Conflict("event-not-waiting"), Invalid("event-ambiguous").
        """
        key = event if isinstance(event, str) else event.id
        codes = ("event-not-waiting", "event-ambiguous")
        found = _only(self._waiting(), key, codes, "Ereignis")
        self._commanded(runtime.occur, found.id, dict(payload or {}))

    # --- steps, for the rehearsal --------------------------------------------------------------

    def begin(self, data: Mapping[str, Any], **options: Any) -> bool:
        """Take the first step; whether it was taken."""
        self._given = normalise(dict(data))
        try:
            self.key, result = self._stage.store.start(self.process_id, self._given, **options)
        except EngineFault as fault:
            self.error = error_of(fault)
            return False
        self._take(result)
        return True

    def step(self, command: Any, *arguments: Any, **options: Any) -> bool:
        """Take a step with a command of engine.runtime; one that faults leaves all as it was."""
        try:
            result = self._stage.store.step(self.key, command, *arguments, **options)
        except EngineFault as fault:
            self.error = error_of(fault)
            return False
        self._take(result)
        return True

    def refuse(self, task: results.OpenTask, fault: PikFlowError) -> None:
        """A connector has failed for good: an error event takes over, or the task stays open."""
        try:
            self.step(runtime.fail, task.id, fault.code)
        except Refused:
            self.error = RunError(fault.code, fault.message, task.element, hint=fault.hint)

    def context(self, task: results.OpenTask) -> dict[str, Any]:
        """What the expressions of a task's form may read."""
        return {"heute": local_day(self._stage.now), **self.values, **task.scope}

    def is_open(self) -> bool:
        return self.state == "open"

    def due(self) -> datetime | None:
        """When its next timer falls due (UTC)."""
        return self._stage.store.due(self.key)

    @property
    def depth(self) -> int:
        """How many runs are above it."""
        return self.parent.depth + 1 if self.parent is not None else 0

    def called_by(self, task_id: str) -> bool:
        return self.call is not None and self.call.task_id == task_id

    def still_open(self, task_id: str) -> results.OpenTask | None:
        return next((task for task in self.open_now() if task.id == task_id), None)

    def waits(self, kind: str, message: str) -> list[results.WaitingEvent]:
        """The events of a kind that wait for this message or signal."""
        return [e for e in self._waiting() if e.kind == kind and e.message == message]

    def _commanded(self, command: Any, *arguments: Any) -> bool:
        taken = self.step(command, *arguments)
        self._stage.settle()
        return taken

    def _take(self, result: StepResult) -> None:
        self._result = result
        self.error = None
        if result.error is not None:
            end = result.error
            self.error = RunError("error-not-caught", end.message, end.element, end.code)
        self._stage.happened(self, result)

    def open_now(self) -> tuple[results.OpenTask, ...]:
        """Its open tasks as the engine sees them."""
        return self._result.open_tasks if self._result is not None and self.is_open() else ()

    def _waiting(self) -> tuple[results.WaitingEvent, ...]:
        return self._result.waiting if self._result is not None and self.is_open() else ()

    def _checked(self, task: results.OpenTask, answers: dict[str, Any]) -> Mapping[str, Any]:
        schema = self._stage.schema_of(task.form, self.process_id) if task.form else None
        if schema is None:
            return answers
        context = self.context(task)
        found = validate(schema, answers, context, sections_of(task, context), now=self._stage.now)
        if found.errors:
            raise AnswersInvalid(found.errors, found.warnings)
        return found.values


def error_of(fault: PikFlowError) -> RunError:
    return RunError(fault.code, fault.message, getattr(fault, "element", ""), hint=fault.hint)


def _only(known: tuple[Any, ...], key: str, codes: tuple[str, str], what: str) -> Any:
    """The one with this id, else the only one of this element."""
    found = [one for one in known if one.id == key] or [o for o in known if o.element == key]
    missing, ambiguous = codes
    if not found:
        there = ", ".join(one.element for one in known) or "nichts"
        raise Conflict(missing, f"{what} „{key}“ ist nicht offen. Offen: {there}.")
    if len(found) > 1:
        raise Invalid(ambiguous, f"{what} „{key}“ ist {len(found)}-mal offen; nennen Sie die id.")
    return found[0]


def _task(task: results.OpenTask) -> OpenTask:
    return OpenTask(
        task.id, task.element, task.name, task.lane, task.kind, task.form, task.due,
        plain(task.scope),
    )  # fmt: skip


def _event(event: results.WaitingEvent) -> WaitingEvent:
    return WaitingEvent(
        event.id, event.element, event.name, event.kind, event.due, event.message, event.key,
        event.attached_to,
    )  # fmt: skip
