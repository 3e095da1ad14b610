"""Activities as specs: tasks of persons, scripts, connectors, sub-processes, child cases."""

from datetime import date, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ScriptTask as SpiffScriptTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.deadlines import TimeTextError, local_day
from pikflow.engine.compensable import UNDOING
from pikflow.engine.faults import ElementFault
from pikflow.engine.model import Node
from pikflow.engine.results import ChildStart, ConnectorCall
from pikflow.engine.scripting import evaluate, scope, store
from pikflow.engine.specs import Element, ProcessSpec
from pikflow.engine.timers import due, is_iso
from pikflow.engine.tokens import finish, open_scope, step_of


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
        return not open_scope(my_task, self.inner)

    def silent(self, my_task: Task) -> bool:
        """A scope that was opened again to be undone has its line already."""
        return UNDOING in my_task.internal_data and not self.node.for_compensation

    def undoes_itself(self, my_task: Task) -> bool:
        return bool(my_task.workflow.top_workflow.subprocess_specs[self.inner].undoing)


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
            raise ElementFault(
                self.node,
                "cases-not-a-list",
                "pik:cases ergibt keine Liste.",
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
        raise ElementFault(
            task.task_spec.node,
            "due",
            "Die Frist ist kein Datum und keine Dauer.",
            "pik:due erwartet ein Datum oder eine Dauer wie P14D.",
        ) from fault
    task.internal_data["due"] = day


def _just_before(value: Any, task: Task) -> datetime:
    """The last instant in time: the day that ends at midnight is the day meant."""
    return due(value, step_of(task).now).at - timedelta(microseconds=1)
