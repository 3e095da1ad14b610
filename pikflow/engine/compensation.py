"""Undoing what was completed: compensation events, and the cancelling of a transaction.

Per scope one hidden task, `Undo`, works through the records one by one, last completed first. A
handler runs beneath it as an instance runs beneath its loop; a sub-process without a handler is
opened again for its compensation event sub-process, or for the records of what ran inside it.
Handlers see the case data as it is, and the local names of the instance they undo.
"""

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.compensable import UNDOING, Record, take, visible
from pikflow.engine.delivery import raise_code
from pikflow.engine.events import End, Throwing
from pikflow.engine.model import Node
from pikflow.engine.specs import INTERNAL, Element, ProcessSpec
from pikflow.engine.tokens import (
    INSTANCE,
    arrive,
    cancel_all,
    end_if_done,
    is_open,
    spawn,
)
from pikflow.engine.workflow import ROOT, CaseWorkflow, ScopeWorkflow

UNDO = f"{INTERNAL}undo"  # name of the hidden spec
PLAN = "plan"  # internal key of a throwing event: [[id of the scope's task, records], ...]

Scope = CaseWorkflow | ScopeWorkflow


class Undo(Element):
    """internal_data: `queue` the records left, `caller` the id of the event that waits."""

    def __init__(self, wf_spec: ProcessSpec, process: str) -> None:
        super().__init__(wf_spec, UNDO, Node(UNDO, "", "compensation", 0, process))

    def silent(self, my_task: Task) -> bool:
        return True

    def instance_done(self, my_task: Task, child: Task) -> None:
        self.next(my_task)

    def next(self, my_task: Task) -> None:
        """Undo the next record; without one tell who waits."""
        queue = my_task.internal_data["queue"]
        if not queue:
            my_task.complete()
            return
        record: Record = queue.pop(0)
        specs = my_task.workflow.spec.task_specs
        element = record["element"]
        handler = my_task.workflow.spec.handlers.get(element)
        name = handler or (f"{element}{INTERNAL}each" if specs[element].repeats else element)
        child = spawn(specs[name], my_task, **{INSTANCE: 0, UNDOING: True})
        child.data.update(record["data"])
        if handler:
            specs[name]._update(child)
        else:
            reopen(child, record["inner"])

    def _on_complete(self, my_task: Task) -> None:
        caller = my_task.workflow.top_workflow.find(my_task.internal_data["caller"])
        if caller is not None and is_open(caller):
            caller.task_spec.undone(caller)
        end_if_done(my_task.workflow)


def reopen(task: Task, inner: list[Record]) -> None:
    """Open the scope of a completed sub-process once more, to undo what happened in it."""
    case = task.workflow.top_workflow
    task._set_state(TaskState.STARTED)
    scope = ScopeWorkflow(case.subprocess_specs[task.task_spec.inner], task)
    case.subprocesses[task.id] = scope
    scope.done = inner
    if scope.spec.undoing:
        arrive(scope.spec.task_specs[scope.spec.undoing], scope.tasks[ROOT])
    else:
        undo(scope, take(scope, None), "")


def undo(scope: Scope, records: list[Record], caller: str) -> None:
    """Begin to undo `records` in their scope; the event with the id `caller` is told the end."""
    spec = scope.spec.task_specs[UNDO]
    task = spawn(spec, scope.tasks[ROOT])
    task.internal_data.update(queue=records, caller=caller)
    task._set_state(TaskState.STARTED)
    spec.next(task)


class Compensating(Throwing):
    """A compensation event; open until everything is undone, unless it does not wait."""

    def _run_hook(self, my_task: Task) -> bool | None:
        wanted = self.event.reference if self.event else None
        plan = [(scope, take(scope, wanted)) for scope in visible(my_task)]
        plan = [(scope, records) for scope, records in plan if records]
        if self.event is not None and not self.event.waits:
            for scope, records in plan:
                undo(scope, records, "")
            return True
        return self._follow(my_task, plan)

    def _follow(self, my_task: Task, plan: list[tuple[Scope, list[Record]]]) -> bool | None:
        """True when there is nothing to undo, else None: the event is open meanwhile."""
        if not plan:
            return True
        my_task.internal_data[PLAN] = [[_key(scope), records] for scope, records in plan]
        my_task._set_state(TaskState.STARTED)
        self.undone(my_task)
        return None

    def undone(self, my_task: Task) -> None:
        """One scope is undone: go on with the next, or pass the token on."""
        case, plan = my_task.workflow.top_workflow, my_task.internal_data[PLAN]
        if not plan:
            my_task.complete()
            return
        key, records = plan.pop(0)
        undo(case.subprocesses[key] if key else case, records, str(my_task.id))


class CompensatingEnd(Compensating, End):
    """An end event that undoes before it ends."""


class Cancelling(Compensating, End):
    """The end of a transaction that failed: what is open in it is cancelled, what was completed
    is undone, then its cancel boundary event happens (BPMN 2.0, 13.4.7)."""

    def _run_hook(self, my_task: Task) -> bool | None:
        scope = my_task.workflow
        cancel_all(scope, sparing=my_task)
        records = take(scope, None)
        return self._follow(my_task, [(scope, records)] if records else [])

    def throw(self, my_task: Task) -> None:
        raise_code(my_task, "cancel", "")


def _key(scope: Scope) -> str:
    return str(scope.parent_task.id) if isinstance(scope, ScopeWorkflow) else ""
