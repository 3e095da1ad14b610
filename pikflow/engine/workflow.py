"""A case in memory: SpiffWorkflow's workflow and tasks, and what the running step gathers.

SpiffWorkflow gives the tasks, their states and the nesting of sub-processes. Everything its tree
of finished and predicted tasks is used for elsewhere (joins, end of a scope, boundary events) is
answered from the open tasks alone, so finished ones can be dropped at any time (pruning.py).
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.results import (
    ChildStart,
    ConnectorCall,
    EngineError,
    HistoryEntry,
    Thrown,
)
from pikflow.engine.scripting import CaseScripts

ROOT = "root"

# Below WARNING the library's records carry data of tasks (tests: B10 in test_library_bugs.py).
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data", "spiff.dmn"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass
class Step:
    """What one step works on and gathers; `now` is UTC, `limit` counts automatic elements.

    `written` says that data has changed since conditional events were last asked; `subscribed`
    holds what other cases could reach before the step.
    """

    data: dict[str, Any]
    now: datetime
    limit: int
    ready: deque[Task] = field(default_factory=deque)
    history: list[HistoryEntry] = field(default_factory=list)
    calls: list[ConnectorCall] = field(default_factory=list)
    children: list[ChildStart] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    outcome: str | None = None
    error: EngineError | None = None
    written: bool = False
    subscribed: frozenset[tuple[str, str, str, str | None]] = frozenset()


class CaseWorkflow(BpmnWorkflow):
    """The case itself: its top process and, by the id of their task, all open sub-processes.

    `cuts` counts how often everything in the scope was cancelled in this step; `done` are the
    records of what can be undone in it (compensable.py), first completed first.
    """

    cuts = 0

    def __init__(self, process_id: str, specs: Mapping[str, Any], step: Step) -> None:
        super().__init__(
            specs[process_id],
            subprocess_specs=specs,
            script_engine=CaseScripts(),
            deserializing=True,
        )
        self.step = step
        self.done: list[dict[str, Any]] = []
        self.task_tree = _root(self)

    def scopes(self) -> "list[CaseWorkflow | ScopeWorkflow]":
        """The case and its open sub-processes, outer before inner."""
        return [self, *self.subprocesses.values()]

    def find(self, task_id: str) -> Task | None:
        """The task with this id, wherever it stands."""
        return next((s.tasks[task_id] for s in self.scopes() if task_id in s.tasks), None)


class ScopeWorkflow(BpmnSubWorkflow):
    """One open sub-process or called process; `parent_task` is the element that opened it."""

    cuts = 0

    def __init__(self, spec: Any, parent_task: Task) -> None:
        self.parent_task = parent_task
        self.done: list[dict[str, Any]] = []
        super().__init__(
            spec, parent_task.id, parent_task.workflow.top_workflow, deserializing=True
        )
        self.task_tree = _root(self)

    @property
    def parent_workflow(self) -> Any:
        return self.parent_task.workflow

    def _calculate_depth(self) -> int:
        return self.parent_task.workflow.depth + 1


def _root(workflow: CaseWorkflow | ScopeWorkflow) -> Task:
    return Task(workflow, workflow.spec.start, state=TaskState.COMPLETED, id=ROOT)
