"""Where tokens meet: parallel and inclusive gateways.

A waiting join is one task that counts, per incoming flow, the tokens that have come; it needs no
look at the past, so loops and pruning can't mislead it (bugs B3, B4 of SpiffWorkflow 3.2).
"""

from collections import Counter
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.specs import Element, Way, holds
from pikflow.engine.tokens import alive, cancel, end_if_done, is_open, silence, spawn
from pikflow.engine.workflow import CaseWorkflow, ScopeWorkflow

ARRIVED = "arrived"  # internal key: {incoming flow id: number of tokens}


class Join(Element):
    """A gateway that waits for tokens; `incoming` are its flows, `reach` answers by flow id."""

    counts = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach: dict[str, frozenset[str]] = {}

    def _update_hook(self, my_task: Task) -> bool:
        flow = my_task.internal_data.pop("flow", "")
        if len(self.node.incoming) < 2:
            return True
        waiting = self._waiting(my_task)
        arrived = Counter(waiting.internal_data[ARRIVED] if waiting else {})
        arrived[flow] += 1
        if waiting is not None:
            silence(waiting)
        my_task.internal_data[ARRIVED] = dict(arrived)
        my_task._set_state(TaskState.WAITING)
        return self.complete(my_task)

    def complete(self, my_task: Task) -> bool:
        """Whether the join fires at once."""
        raise NotImplementedError

    def settle(self, my_task: Task) -> bool:
        """Called when nothing else moves; whether the join moved now."""
        raise NotImplementedError

    def fire(self, my_task: Task) -> None:
        """Take one token from each flow that has one; what is left waits for the next round."""
        arrived = my_task.internal_data.pop(ARRIVED)
        left = {flow: count - 1 for flow, count in arrived.items() if count > 1}
        if left:
            rest = spawn(self, my_task.parent)
            rest.internal_data[ARRIVED] = left
            rest._set_state(TaskState.WAITING)

    def _waiting(self, my_task: Task) -> Task | None:
        return next(
            (
                task
                for task in my_task.workflow.tasks.values()
                if task.task_spec is self
                and task is not my_task
                and ARRIVED in task.internal_data
                and is_open(task)
            ),
            None,
        )

    def coming(self, my_task: Task, flow: str) -> list[Task]:
        """The tokens elsewhere in this scope that can still reach the incoming `flow`."""
        return [
            task
            for task in alive(my_task.workflow)
            if task is not my_task and task.task_spec.node.id in self.reach.get(flow, ())
        ]


class ParallelGateway(Join):
    """One token from every incoming flow; one to every outgoing flow."""

    def complete(self, my_task: Task) -> bool:
        if any(flow not in my_task.internal_data[ARRIVED] for flow in self.node.incoming):
            return False
        self.fire(my_task)
        return True

    def settle(self, my_task: Task) -> bool:
        """Withdraw a token that would wait for ever, because a branch ended elsewhere (B13)."""
        missing = [f for f in self.node.incoming if f not in my_task.internal_data[ARRIVED]]
        if all(self.coming(my_task, flow) for flow in missing):
            return False
        cancel(my_task)
        end_if_done(my_task.workflow)
        return True

    def chosen(self, my_task: Task) -> list[Way]:
        return list(self.ways)


class InclusiveGateway(Join):
    """Every token that can still come; one to every flow whose condition holds."""

    def complete(self, my_task: Task) -> bool:
        if any(flow not in my_task.internal_data[ARRIVED] for flow in self.node.incoming):
            return False
        self.fire(my_task)
        return True

    def settle(self, my_task: Task) -> bool:
        """Fire when no token can reach an empty flow without also reaching one that has a token
        (BPMN 2.0, 13.4.3)."""
        arrived = my_task.internal_data[ARRIVED]
        held = {task.id for flow in arrived for task in self.coming(my_task, flow)}
        for flow in self.node.incoming:
            tokens = [] if flow in arrived else self.coming(my_task, flow)
            if any(task.id not in held for task in tokens):
                return False
        self.release(my_task)
        return True

    def release(self, my_task: Task) -> None:
        self.fire(my_task)
        my_task._ready()

    def chosen(self, my_task: Task) -> list[Way]:
        taken = [
            w for w in self.ways if not w.default and (w.condition is None or holds(my_task, w))
        ]
        return taken or [w for w in self.ways if w.default] or (self.stuck() if self.ways else [])


def settle_joins(case: CaseWorkflow) -> bool:
    """Let every waiting join look again; whether one of them moved."""
    joins = [
        task
        for scope in reversed(case.scopes())
        for task in scope.tasks.values()
        if ARRIVED in task.internal_data and is_open(task)
    ]
    return any(task.task_spec.settle(task) for task in joins) or any(
        _break_tie(scope) for scope in case.scopes()
    )


def _break_tie(scope: CaseWorkflow | ScopeWorkflow) -> bool:
    """Inclusive joins that wait for each other, and nothing else is left: the first one fires."""
    tasks = list(alive(scope))
    if not tasks or any(not isinstance(task.task_spec, InclusiveGateway) for task in tasks):
        return False
    tasks[0].task_spec.release(tasks[0])
    return True
