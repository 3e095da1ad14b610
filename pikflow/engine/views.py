"""What stands open in a case, as the plain data of results.py."""

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.correlation import expected_key
from pikflow.engine.delivery import due_at, message_of, waits_for
from pikflow.engine.results import OpenTask, WaitingEvent
from pikflow.engine.scripting import locals_of
from pikflow.engine.tasks import Children, Connector, PersonTask
from pikflow.engine.tokens import every_open_task, lane_of, path_of, phase_of
from pikflow.engine.workflow import CaseWorkflow

OPEN = TaskState.READY | TaskState.STARTED


def open_tasks(case: CaseWorkflow) -> tuple[OpenTask, ...]:
    """The tasks of persons and connectors, in the order they came up, outer scopes first."""
    return tuple(_open_task(task) for task in every_open_task(case) if kind_of(task))


def waiting(case: CaseWorkflow) -> tuple[WaitingEvent, ...]:
    """What the case waits for from outside; errors and escalations come from within."""
    kinds = ("timer", "message", "signal", "conditional")
    return tuple(_waiting(task) for task in every_open_task(case) if waits_for(task) in kinds)


def subscriptions(case: CaseWorkflow) -> frozenset[tuple[str, str, str, str | None]]:
    """(id, kind, name, key) of every event other cases may reach."""
    found = set()
    for task in every_open_task(case):
        kind = waits_for(task)
        if kind in ("message", "signal"):
            key = expected_key(task) if kind == "message" else None
            found.add((str(task.id), kind, message_of(task), key))
    return frozenset(found)


def kind_of(task: Task) -> str:
    """user, manual, children or service for an open task of that kind, "" for anything else."""
    spec = task.task_spec
    if not task.has_state(OPEN):
        return ""
    if isinstance(spec, PersonTask):
        return "user" if spec.node.kind == "userTask" else "manual"
    if isinstance(spec, Children):
        return "children"
    return "service" if isinstance(spec, Connector) else ""


def _open_task(task: Task) -> OpenTask:
    node = task.task_spec.node
    scope: dict[str, object] = {}
    for names in reversed(locals_of(task)):
        scope.update(names)
    return OpenTask(
        id=str(task.id),
        element=node.id,
        name=node.label,
        lane=lane_of(task),
        process=node.process,
        kind=kind_of(task),  # type: ignore[arg-type]
        form=node.attributes.get("form", ""),
        result=node.attributes.get("result", ""),
        scope=scope,
        attributes=dict(node.attributes),
        documentation=node.documentation,
        phase=phase_of(task),
        due=task.internal_data.get("due"),
        path=path_of(task),
    )


def _waiting(task: Task) -> WaitingEvent:
    node, kind = task.task_spec.node, waits_for(task)
    scope: dict[str, object] = {}
    for names in reversed(locals_of(task)):
        scope.update(names)
    return WaitingEvent(
        id=str(task.id),
        element=node.id,
        name=node.label,
        kind=kind,  # type: ignore[arg-type]
        due=due_at(task),
        message=message_of(task) if kind in ("message", "signal") else "",
        attributes=dict(node.attributes),
        lane=lane_of(task),
        phase=phase_of(task),
        process=node.process,
        attached_to=node.attached_to or "",
        scope=scope,
        path=path_of(task),
        key=expected_key(task) if kind == "message" else None,
    )
