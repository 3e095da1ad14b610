"""The state of a case as bytes: compact JSON of its open tasks, scope by scope.

To be stored as a BLOB: the order of the keys carries meaning (B1). Spec names, not specs, are
written, so a state needs the definition it was made with. Numbers and dates among local names are
tagged; all other values are plain JSON.

Version 2 added `done`, what a scope can undo; a state of version 1 has none. A state says the
lowest version that can hold it, so that in an update the release before goes on with most cases.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from SpiffWorkflow.task import Task

from pikflow.engine.compensation import UNDO
from pikflow.engine.definition import Definition
from pikflow.engine.workflow import ROOT, CaseWorkflow, ScopeWorkflow, Step
from pikflow.errors import EngineFault

VERSION = 2


def dump(case: CaseWorkflow) -> bytes:
    """The state `load` takes back; finished tasks are written too, so prune before."""
    scopes = case.subprocesses
    undoing = any(
        scope.done or any(task.task_spec.name == UNDO for task in scope.tasks.values())
        for scope in case.scopes()
    )
    content = {
        "version": VERSION if undoing else 1,
        "process": case.spec.name,
        "outcome": case.step.outcome,
        "completed": case.completed,
        "tasks": _tasks(case),
        **_done(case.done),
        "scopes": {
            str(key): {"spec": scope.spec.name, "tasks": _tasks(scope), **_done(scope.done)}
            for key, scope in scopes.items()
        },
    }
    text = json.dumps(content, default=_tagged, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _done(entries: list[Any]) -> dict[str, Any]:
    return {"done": entries} if entries else {}


def load(definition: Definition, state: bytes, step: Step) -> CaseWorkflow:
    """The case a state describes.

    Raises EngineFault("state-version") for a state of a newer engine (B8), ("state-damaged")
    when it is no state at all, ("state-definition") when the definition lacks one of its elements.
    """
    content = _read(state)
    if content["version"] > VERSION:
        raise EngineFault(
            "state-version",
            "Der Vorgang wurde mit einer neueren Version von pikflow bearbeitet.",
            "Installieren Sie diese Version wieder oder eine neuere.",
        )
    if content["process"] != definition.process_id:
        raise _foreign(content["process"])
    case = CaseWorkflow(definition.process_id, definition.specs, step)
    step.outcome = content["outcome"]
    case.completed = content["completed"]
    _restore(case, content["tasks"])
    case.done = content.get("done", [])
    for key, entry in content["scopes"].items():
        parent, spec = case.find(key), case.subprocess_specs.get(entry["spec"])
        if parent is None or spec is None:
            raise _foreign(entry["spec"])
        case.subprocesses[key] = scope = ScopeWorkflow(spec, parent)
        _restore(scope, entry["tasks"])
        scope.done = entry.get("done", [])
    return case


def _read(state: bytes) -> dict[str, Any]:
    try:
        content = json.loads(state, object_hook=_untagged)
    except ValueError as fault:
        raise _damaged() from fault
    if not isinstance(content, dict) or not isinstance(content.get("version"), int):
        raise _damaged()
    return content


def _tasks(scope: CaseWorkflow | ScopeWorkflow) -> list[list[Any]]:
    """One row per task: id, spec, parent, state, internal data, local names."""
    return [
        [t.id, t.task_spec.name, t._parent, t.state, t.internal_data, t.data]
        for t in scope.tasks.values()
        if t.id != ROOT
    ]


def _restore(scope: CaseWorkflow | ScopeWorkflow, rows: list[list[Any]]) -> None:
    """Two passes: after pruning a parent may stand behind its child."""
    for key, name, parent, state, internal, data in rows:
        spec = scope.spec.task_specs.get(name)
        if spec is None:
            raise _foreign(name)
        task = Task(scope, spec, None, state, id=key)
        task._parent, task.internal_data, task.data = parent, internal, data
    for key, *_ in rows:
        task = scope.tasks[key]
        scope.tasks[task._parent]._children.append(key)


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(f"{type(value).__name__} is no value of a state")


def _untagged(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1:
        if isinstance(pairs.get("$decimal"), str):
            return Decimal(pairs["$decimal"])
        if isinstance(pairs.get("$date"), str):
            return date.fromisoformat(pairs["$date"])
    return pairs


def _foreign(name: str) -> EngineFault:
    return EngineFault(
        "state-definition",
        f"Der Vorgang steht bei „{name}“, das es in dieser Fassung des Prozesses nicht gibt.",
        "Der Vorgang muss mit der Fassung weitergeführt werden, mit der er begonnen wurde.",
    )


def _damaged() -> EngineFault:
    return EngineFault(
        "state-damaged",
        "Der gespeicherte Stand des Vorgangs ist nicht lesbar.",
        "Stellen Sie ihn aus einer Sicherung wieder her.",
    )
