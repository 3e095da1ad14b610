"""Dropping what is finished, so a case stays small however long it runs.

SpiffWorkflow keeps every finished task, walks all of them several times a step and breaks at a
depth of about 1,000 (B5, B12). Our specs never look at a finished task, so all of them can go;
the proof is tests/unit/engine/test_pruning.py, which runs the same cases with and without it.
"""

from uuid import UUID

from SpiffWorkflow.task import Task

from pikflow.engine.tokens import is_open
from pikflow.engine.workflow import ROOT, CaseWorkflow, ScopeWorkflow


def prune(case: CaseWorkflow) -> None:
    """Keep the roots and the unfinished tasks; hang each under its nearest kept ancestor."""
    for scope in case.scopes():
        _prune_scope(scope)


def _prune_scope(scope: CaseWorkflow | ScopeWorkflow) -> None:
    kept = {key: task for key, task in scope.tasks.items() if key == ROOT or is_open(task)}
    parents = {key: _nearest(task, kept) for key, task in kept.items()}
    for task in kept.values():
        task._children = []
    for key, task in kept.items():
        parent = parents[key]
        if parent is not None:
            task._parent = parent
            kept[parent]._children.append(key)
    scope.tasks = kept
    scope.last_task = None


def _nearest(task: Task, kept: dict[str | UUID, Task]) -> str | UUID | None:
    above = task.parent
    while above is not None and above.id not in kept:
        above = above.parent
    return None if above is None else above.id
