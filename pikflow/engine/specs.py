"""What the flow nodes of a diagram do: task specs for SpiffWorkflow, built from our own model.

The library's specs predict, copy data from task to task and look through the whole tree; ours
keep its life cycle (update, ready, run, complete) and do none of that. A spec is shared by all
cases and threads and is never changed after it was built.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import ScriptTask as SpiffScriptTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.deadlines import TimeTextError, local_day
from pikflow.engine.model import Node
from pikflow.engine.results import ChildStart, ConnectorCall
from pikflow.engine.scripting import evaluate, scope, store
from pikflow.engine.timers import due, is_iso
from pikflow.engine.tokens import (
    LISTENER,
    arrive,
    finish,
    open_scope,
    step_of,
)
from pikflow.errors import EngineFault


@dataclass(frozen=True)
class Way:
    """A sequence flow out of a spec; `target` is the name of the spec it leads to."""

    id: str
    target: str
    condition: str | None = None
    default: bool = False


class ProcessSpec(BpmnProcessSpec):
    """One scope: a process or a sub-process.

    `first` are the specs a new scope begins with, `triggers` the listeners of its event
    sub-processes. Internal names hold a `#`, which no XML id can, so they collide with none (B11).
    """

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.first: tuple[str, ...] = ()
        self.triggers: tuple[str, ...] = ()
        self.start = Root(self, "#root")


class Root(BpmnSpecMixin):
    """The finished task all others hang under."""


class Element(BpmnSpecMixin):
    """A flow node that passes at once; the base of all others.

    `counts` says that the spec has to know over which flow a token came.
    """

    counts = False

    def __init__(self, wf_spec: ProcessSpec, name: str, node: Node, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.node = node
        self.ways: tuple[Way, ...] = ()
        self.boundaries: tuple[str, ...] = ()

    def test(self) -> None:
        """The deployment check has seen the diagram; an element without flows is in order."""

    def _predict(
        self, my_task: Task, seen: Any = None, looked_ahead: int = 0, mask: int = 0
    ) -> None:
        """Nothing is predicted: the tree holds only what has happened or is open."""

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        return True

    def enter(self, my_task: Task) -> None:
        """The boundary events begin to listen."""
        specs = my_task.workflow.spec.task_specs
        for name in self.boundaries:
            arrive(specs[name], my_task, **{LISTENER: True})

    def _on_ready_hook(self, my_task: Task) -> None:
        if not self.manual:
            step_of(my_task).ready.append(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def _on_complete(self, my_task: Task) -> None:
        finish(my_task)

    def silent(self, my_task: Task) -> bool:
        """Whether the end of this task is no line of history."""
        return False

    def cancelled(self, my_task: Task) -> None:
        """Called when the task was cancelled."""

    def marks(self, my_task: Task) -> dict[str, Any]:
        """Internal data every token this element sends out carries."""
        return {}

    def chosen(self, my_task: Task) -> list[Way]:
        """The flows that get a token: the unconditional ones and those whose condition holds.

        The default flow counts when no condition holds (BPMN 2.0, 8.3.13).
        """
        plain = [w for w in self.ways if w.condition is None and not w.default]
        conditional = [w for w in self.ways if w.condition is not None and not w.default]
        holding = [w for w in conditional if holds(my_task, w)]
        if not conditional:
            return plain + [w for w in self.ways if w.default]
        if holding:
            return plain + holding
        default = [w for w in self.ways if w.default]
        return plain + default or self.stuck()

    def stuck(self) -> Any:
        raise EngineFault(
            "no-way-out",
            f"Nach „{self.node.label}“ ({self.node.id}) trifft keine Bedingung zu.",
            "Der Prozess braucht dort einen Standardweg.",
        )


def holds(task: Task, way: Way) -> bool:
    return way.condition is not None and evaluate(task, way.condition) is True


class Unsupported(Element):
    """An element the engine can't run. The check refuses it; what runs unchecked stops here."""

    def _update_hook(self, my_task: Task) -> bool:
        raise EngineFault(
            "element-unsupported",
            f"„{self.node.label}“ ({self.node.id}) ist von der Art {self.node.kind}, die hier "
            "nicht ausgeführt werden kann.",
            "Der Prozess muss an dieser Stelle anders gezeichnet werden.",
        )


class ExclusiveGateway(Element):
    """The first flow whose condition holds, in the order of the file; else the default flow.

    A flow without a condition that is not marked as default is taken as if it were.
    """

    def chosen(self, my_task: Task) -> list[Way]:
        conditional = [w for w in self.ways if w.condition is not None and not w.default]
        for way in conditional:
            if holds(my_task, way):
                return [way]
        others = sorted((w for w in self.ways if w not in conditional), key=lambda w: not w.default)
        return others[:1] or (self.stuck() if self.ways else [])


class PersonTask(Element):
    """A user or manual task: open until somebody completes it."""

    def __init__(self, wf_spec: ProcessSpec, name: str, node: Node, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, node, **kwargs)
        self.manual = True

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        note_due(my_task)
        return True


class Script(Element, SpiffScriptTask):
    """Lines of `name = expression`, run by the workflow's script engine."""

    def _run_hook(self, my_task: Task) -> bool:
        return bool(SpiffScriptTask._run_hook(self, my_task))


class Connector(Element):
    """A service task: its connector is called after the commit, `resume` brings the result."""

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        my_task._set_state(TaskState.STARTED)
        attributes = self.node.attributes
        text = attributes.get("input", "")
        step_of(my_task).calls.append(
            ConnectorCall(
                task_id=str(my_task.id),
                element=self.node.id,
                connector=attributes.get("connector", ""),
                input=evaluate(my_task, text) if text else {},
            )
        )
        return False


class SubProcess(Element):
    """An embedded sub-process or a called process; `inner` is the key of its scope."""

    def __init__(
        self, wf_spec: ProcessSpec, name: str, node: Node, *, inner: str, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, name, node, **kwargs)
        self.inner = inner

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        my_task._set_state(TaskState.STARTED)
        open_scope(my_task, self.inner)
        return False


class Children(Element):
    """A call activity with `pik:cases`: open while its child cases run.

    internal_data["pending"] lists the ids of organisations whose child case has not ended.
    """

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        note_due(my_task)
        attributes = self.node.attributes
        organisations = [
            dict(entry) if isinstance(entry, dict) else {"id": entry}
            for entry in self._organisations(my_task)
        ]
        my_task.internal_data["pending"] = [str(entry.get("id")) for entry in organisations]
        if attributes.get("result"):
            store(my_task, attributes["result"], [])
        if not organisations and not self.stays_open:
            return True
        my_task._set_state(TaskState.STARTED)
        step_of(my_task).children.append(
            ChildStart(
                task_id=str(my_task.id),
                element=self.node.id,
                process=self.node.called or "",
                organisations=tuple(organisations),
                item=attributes.get("item", ""),
                result=attributes.get("result", ""),
                open=self.stays_open,
            )
        )
        return False

    def child_ended(self, my_task: Task, entry: dict[str, Any]) -> None:
        """Add what a child case returned; the last one completes the task."""
        result = self.node.attributes.get("result", "")
        if result:
            so_far = scope(my_task).get(result)
            store(my_task, result, [*(so_far if isinstance(so_far, list) else []), entry])
        organisation = entry.get("organisation")
        key = str(organisation.get("id")) if isinstance(organisation, dict) else ""
        pending = [other for other in my_task.internal_data["pending"] if other != key]
        my_task.internal_data["pending"] = pending
        if not pending and not self.stays_open:
            my_task.complete()

    @property
    def stays_open(self) -> bool:
        return self.node.attributes.get("open") == "true"

    def _organisations(self, my_task: Task) -> list[Any]:
        value = evaluate(my_task, self.node.attributes["cases"])
        if value is None:
            return []
        if not isinstance(value, list):
            raise EngineFault(
                "cases-not-a-list",
                f"Bei „{self.node.label}“ ({self.node.id}) ergibt pik:cases keine Liste.",
                "Der Ausdruck muss eine Liste von Organisationen ergeben.",
            )
        return value

    def _on_complete(self, my_task: Task) -> None:
        step_of(my_task).closed.append(str(my_task.id))
        finish(my_task)

    def cancelled(self, my_task: Task) -> None:
        step_of(my_task).closed.append(str(my_task.id))


def note_due(task: Task) -> None:
    """Keep the day `pik:due` gives: a date, or a duration from now; nothing when it gives none."""
    text = task.task_spec.node.attributes.get("due", "").strip()
    if not text:
        return
    value = text if is_iso(text) else evaluate(task, text.removeprefix("="))
    if value in (None, ""):
        return
    try:
        day = value if isinstance(value, date) else local_day(_just_before(value, task))
    except (TimeTextError, TypeError) as fault:
        raise EngineFault(
            "due",
            f"Die Frist von „{task.task_spec.node.label}“ ist kein Datum und keine Dauer.",
            "pik:due erwartet ein Datum oder eine Dauer wie P14D.",
        ) from fault
    task.internal_data["due"] = day


def _just_before(value: Any, task: Task) -> datetime:
    """The last instant in time: the day that ends at midnight is the day meant."""
    return due(value, step_of(task).now).at - timedelta(microseconds=1)
