"""Events as specs: what waits for one, and what throws one. delivery.py brings them together."""

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.deadlines import TimeTextError
from pikflow.engine.delivery import TIMER, throw
from pikflow.engine.faults import ElementFault
from pikflow.engine.model import EventDefinition
from pikflow.engine.scripting import evaluate
from pikflow.engine.specs import Element, Way
from pikflow.engine.timers import due, is_iso
from pikflow.engine.tokens import (
    LISTENER,
    RACE,
    arrive,
    cancel,
    cancel_all,
    end_if_done,
    open_tasks,
    proceed,
    record,
    silence,
    spawn,
    step_of,
)
from pikflow.engine.workflow import ROOT, CaseWorkflow, ScopeWorkflow


class Catching(Element):
    """Waits for its event: intermediate and boundary events, receive tasks, triggers."""

    def __init__(self, *args: Any, event: EventDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        my_task._set_state(TaskState.WAITING)
        if self.event.kind == "timer":
            self._set_timer(my_task)
        return False

    def silent(self, my_task: Task) -> bool:
        return LISTENER in my_task.internal_data

    def _set_timer(self, my_task: Task) -> None:
        text, own = self.event.text.strip(), my_task.internal_data
        value = text if is_iso(text) else evaluate(my_task, text)
        if value in (None, "") and (LISTENER in own or RACE in own):
            return  # no deadline was set, so none is missed
        try:
            own[TIMER] = due(value, step_of(my_task).now).noted()
        except (TimeTextError, TypeError) as fault:
            raise ElementFault(
                self.node,
                "timer-without-date",
                f"„{text}“ ergibt keinen Zeitpunkt.",
                "Erwartet wird ein Datum oder eine Dauer wie P14D.",
            ) from fault

    def happened(self, my_task: Task) -> None:
        """The event has occurred for this task; the others of its race are off."""
        racing = my_task.internal_data.pop(RACE, None)
        for other in open_tasks(my_task.workflow) if racing else ():
            if other.internal_data.get(RACE) == racing:
                silence(other)
        my_task._ready()


class Boundary(Catching):
    """A boundary event: ends its host, or lets it go on and starts a token beside it.

    One that does not interrupt goes on listening; a timer only as long as it repeats.
    """

    def happened(self, my_task: Task) -> None:
        if not self.node.interrupting:
            spawn(self, my_task.workflow.tasks[ROOT])._ready()
            return
        my_task.internal_data.pop(LISTENER, None)
        cancel(my_task.parent, sparing=my_task)
        my_task._ready()


class Trigger(Catching):
    """The start event of an event sub-process, listening in the scope around it.

    `opens` is the name of the sub-process's spec.
    """

    def __init__(self, *args: Any, opens: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opens = opens

    def happened(self, my_task: Task) -> None:
        workflow = my_task.workflow
        if self.interrupting:
            cancel_all(workflow)
        arrive(workflow.spec.task_specs[self.opens], workflow.tasks[ROOT])

    @property
    def interrupting(self) -> bool:
        return self.node.interrupting or self.event.kind == "error"


class EventGateway(Element):
    """The first of the events behind it decides; the others are then no longer waited for."""

    def marks(self, my_task: Task) -> dict[str, Any]:
        return {RACE: str(my_task.id)}

    def chosen(self, my_task: Task) -> list[Way]:
        return list(self.ways)


class Throwing(Element):
    """Intermediate throw event or send task."""

    def __init__(self, *args: Any, event: EventDefinition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event

    def _on_complete(self, my_task: Task) -> None:
        """The event is out before the token goes on; it may end the scope the token is in."""
        workflow = my_task.workflow
        before = workflow.cuts
        record(my_task, "completed")
        self.throw(my_task)
        if workflow.cuts == before:
            proceed(my_task)
        else:
            end_if_done(workflow)

    def throw(self, my_task: Task) -> None:
        if self.event is not None:
            throw(my_task, self.event)


class Link(Element):
    """A link event: what is thrown to a name goes on at the catching event of that name; or an
    intermediate event without a definition, which is passed."""


class End(Throwing):
    """An end event; the last one of the top process names the outcome of the case."""

    def throw(self, my_task: Task) -> None:
        workflow = my_task.workflow
        if _ends_case(workflow):
            step_of(my_task).outcome = self.node.label
        if self.event is not None and self.event.kind == "terminate":
            cancel_all(workflow)
        else:
            super().throw(my_task)


def _ends_case(workflow: CaseWorkflow | ScopeWorkflow) -> bool:
    """The top process itself, or an event sub-process that has interrupted it."""
    if not isinstance(workflow, ScopeWorkflow):
        return True
    host = workflow.parent_task
    if host.workflow is not workflow.top_workflow or not host.task_spec.node.triggered:
        return False
    starts = (workflow.spec.task_specs[name].node for name in workflow.spec.first)
    return all(start.interrupting for start in starts)
