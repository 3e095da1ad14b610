"""What was completed and can be undone: the records a scope keeps for its compensation.

A record is {"element": id of the activity, "data": its local names, "inner": records of the scope
it ran}. A scope keeps only activities with a compensation handler, or with something inside that
has one; the order is that of completion.
"""

from typing import Any

from SpiffWorkflow.task import Task

from pikflow.engine.faults import ElementFault

INNER = "inner"  # internal key of an element whose scope has just ended: the scope's records
UNDOING = "undoing"  # internal key of a task that undoes another; it can't be undone itself
MOST = 1000  # records of one scope

Record = dict[str, Any]


def remember(task: Task) -> None:
    """Keep a completed activity that can be undone.

    Raises ElementFault("compensation-limit") when a loop has completed too many.
    """
    inner = task.internal_data.pop(INNER, [])
    spec, node = task.task_spec, task.task_spec.node
    if spec.repeats or node.triggered or node.for_compensation or UNDOING in task.internal_data:
        return
    scope = task.workflow
    if node.id in scope.spec.handlers:
        inner = []
    elif not inner and not spec.undoes_itself(task):
        return
    if len(scope.done) >= MOST:
        raise ElementFault(
            node,
            "compensation-limit",
            f"Mehr als {MOST} Ausführungen lassen sich nicht rückgängig machen.",
            "Eine so lange Schleife braucht einen eigenen Vorgang je Durchlauf.",
        )
    scope.done.append({"element": node.id, "data": dict(task.data), "inner": inner})


def take(scope: Any, activity: str | None) -> list[Record]:
    """The records of an activity (of all, without one), last first; the scope forgets them."""
    wanted = [r for r in scope.done if activity in (None, r["element"])]
    scope.done = [r for r in scope.done if r not in wanted]
    return wanted[::-1]


def visible(task: Task) -> list[Any]:
    """The scopes whose activities a compensation event may undo: its own and, inside an event
    sub-process, the one around (BPMN 2.0, table 10.93)."""
    scope = task.workflow
    host = getattr(scope, "parent_task", None)
    if host is None or not host.task_spec.node.triggered:
        return [scope]
    return [scope, host.workflow]
