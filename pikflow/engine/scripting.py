"""Names and expressions of a running case: what a task sees, and where it writes.

Case data is one dict beside the tasks (`Step.data`); `task.data` holds only the local names of a
multi-instance. A task sees its own local names, then those of the instances around it, then the
case data; it writes a name where it is declared. Values are never changed in place, so the
caller's data stays as it was.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from pikflow.deadlines import local_day
from pikflow.engine.faults import ElementFault
from pikflow.expressions import (
    ExpressionError,
    ExpressionFault,
    compile_expression,
    compile_script,
)


class CaseScripts(PythonScriptEngine):
    """Stands where SpiffWorkflow has its `eval` and `exec`, so neither can be reached."""

    def __init__(self) -> None:
        super().__init__(environment=object())

    def validate(self, expression: str) -> None:
        compile_expression(expression)

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        return evaluate(task, expression)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        execute(task, script)
        return True


def evaluate(task: Task, text: str, extra: Mapping[str, Any] | None = None) -> Any:
    """The value of `text` as `task` sees the case; `extra` names come first.

    Raises ElementFault("expression").
    """
    try:
        names = scope(task) if extra is None else ChainMap(dict(extra), scope(task))
        return compile_expression(text).evaluate(names)
    except (ExpressionError, ExpressionFault) as fault:
        raise _fault(task, text, fault) from fault


def execute(task: Task, text: str) -> None:
    """Run lines of `name = expression` and store what they assign."""
    try:
        assigned = compile_script(text).run(scope(task))
    except (ExpressionError, ExpressionFault) as fault:
        raise _fault(task, text, fault) from fault
    for name, value in assigned.items():
        write(task, name, value)


def scope(task: Task) -> ChainMap[str, Any]:
    """All names the task sees; `heute` is the step's local date unless the case says otherwise."""
    step = task.workflow.top_workflow.step
    return ChainMap(*locals_of(task), step.data, {"heute": local_day(step.now)})


def locals_of(task: Task) -> list[dict[str, Any]]:
    """The dicts of local names, innermost first."""
    return [holder.data for holder in enclosing(task) if holder.data]


def write(task: Task, name: str, value: Any) -> None:
    """Set a name where it is declared: in the nearest instance, else in the case data."""
    task.workflow.top_workflow.step.written = True
    for names in locals_of(task):
        if name in names:
            names[name] = value
            return
    task.workflow.top_workflow.step.data[name] = value


def store(task: Task, result: str, values: Any) -> None:
    """Keep `values` under the name `result`; without one, each entry of the dict by its key."""
    if result:
        write(task, result, values)
        return
    for name, value in (values if isinstance(values, Mapping) else {}).items():
        write(task, name, value)


def enclosing(task: Task) -> Iterator[Task]:
    """The task, then the element whose sub-process it stands in, and so on outwards."""
    holder: Task | None = task
    while holder is not None:
        yield holder
        holder = getattr(holder.workflow, "parent_task", None)


def _fault(task: Task, text: str, fault: ExpressionError | ExpressionFault) -> ElementFault:
    node = task.task_spec.node
    shown = " ".join(text.split())[:120]
    return ElementFault(
        node,
        "expression",
        f"„{shown}“ lässt sich nicht auswerten. {fault.message}",
        fault.hint or "Der Prozess muss an dieser Stelle berichtigt werden.",
    )
