"""What a step of the engine hands back: plain frozen data, no object of SpiffWorkflow.

Ids of tasks are texts (UUID) that stay the same as long as the task is open. `element` is always
the id in the BPMN file; `process` the id of the process the element stands in (a called process
has its own). `lane` and `phase` are inherited: from the enclosing sub-process or call activity
when the element has none itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

TaskKind = Literal["user", "manual", "children", "service"]
EventKind = Literal["timer", "message", "signal", "conditional"]


@dataclass(frozen=True)
class OpenTask:
    """A task somebody (or a connector) has to complete before the case goes on.

    `form` and `result` are the raw `pik:form` and `pik:result`; `scope` the local names of a
    multi-instance (item, loopCounter); `attributes` all pik: attributes of the node; `due` the
    evaluated `pik:due`; `path` the ids of the enclosing call activities, outermost first.
    """

    id: str
    element: str
    name: str
    lane: str
    process: str
    kind: TaskKind
    form: str = ""
    result: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    phase: str = ""
    due: date | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class WaitingEvent:
    """An event the case listens to: a timer with its due instant (UTC), a message by its name.

    `message` is the name of the message or signal. A message with `attributes["form"]` or a lane
    is offered to people as an action. `attached_to` is the element a boundary event stands on, ""
    for an intermediate event. `key` is what `pik:key` gives at the end of the step: only a message
    with this key is for the event; None without `pik:key` (a message without key is), "" as long
    as the expression gives nothing (no message is).
    """

    id: str
    element: str
    name: str
    kind: EventKind
    due: datetime | None = None
    message: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    lane: str = ""
    phase: str = ""
    process: str = ""
    attached_to: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    key: str | None = None

    @property
    def subscription(self) -> tuple[str, str, str, str | None] | None:
        """(id, kind, name, key) of what other cases may reach, None for anything else."""
        if self.kind not in ("message", "signal") or self.key == "":
            return None
        return self.id, self.kind, self.message, self.key


@dataclass(frozen=True)
class Thrown:
    """A message nobody in the case waited for, or a signal (which the case itself has heard).

    To be delivered after the commit: a message to one case that waits for its name and key, else
    to a start event; a signal to all cases that wait for it and to all start events. `element` is
    who threw it.
    """

    kind: Literal["message", "signal"]
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    element: str = ""


@dataclass(frozen=True)
class Trigger:
    """A start event something other than a person starts a case with.

    `name` is that of the message or signal, `text` what a timer says (`timers.start_due`).
    """

    kind: Literal["message", "signal", "timer"]
    name: str
    element: str
    text: str = ""


@dataclass(frozen=True)
class HistoryEntry:
    """One element completed or cancelled in this step; `at` is the step's instant (UTC).

    `place` are the ids of the sub-processes and calls around it, outermost first, joined by "/";
    "#2" behind one says that it is the second instance of its loop ("Sub#2/Task#1").
    """

    task_id: str
    element: str
    name: str
    kind: str
    lane: str
    process: str
    phase: str
    state: Literal["completed", "cancelled"]
    at: datetime
    path: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class ConnectorCall:
    """A service task that became ready: call the connector after the commit, then `resume`."""

    task_id: str
    element: str
    connector: str
    input: Any


@dataclass(frozen=True)
class ChildStart:
    """A call activity with `pik:cases` that opened: one child case per organisation.

    `process` is the called process, `organisations` what `pik:cases` gave (each a dict with at
    least `id`), `item` the name under which a child case finds its own entry, `result` the list
    in the case data that gets an entry per ended child. `open` says more may join later.
    """

    task_id: str
    element: str
    process: str
    organisations: tuple[Mapping[str, Any], ...]
    item: str = ""
    result: str = ""
    open: bool = False


@dataclass(frozen=True)
class EngineError:
    """An error end event nobody caught: the case has ended with this error code."""

    element: str
    code: str
    message: str


@dataclass(frozen=True)
class StepResult:
    """The case after one step.

    `state` is to be stored as it is (bytes) and handed to the next step; `data` is the case data
    after the step. `history`, `calls` and `children` hold what this step added, `closed_children`
    the ids of "children" tasks that ended in this step (their open child cases end too);
    `open_tasks` and `waiting` everything open now; `subscribed` says that what other cases may
    reach (WaitingEvent.subscription) is another than before the step. `thrown` is for other cases.
    `outcome` is the name of the end event that ended the case.
    """

    state: bytes
    data: dict[str, Any]
    open_tasks: tuple[OpenTask, ...] = ()
    waiting: tuple[WaitingEvent, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    calls: tuple[ConnectorCall, ...] = ()
    children: tuple[ChildStart, ...] = ()
    closed_children: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    subscribed: bool = False
    completed: bool = False
    outcome: str | None = None
    error: EngineError | None = None

    @property
    def next_due(self) -> datetime | None:
        """The instant (UTC) the earliest timer falls due; None without timers."""
        return min((event.due for event in self.waiting if event.due), default=None)
