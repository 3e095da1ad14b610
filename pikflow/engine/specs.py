"""What the flow nodes of a diagram do: task specs for SpiffWorkflow, built from our own model.

The library's specs predict, copy data from task to task and look through the whole tree; ours
keep its life cycle (update, ready, run, complete) and do none of that. A spec is shared by all
cases and threads and is never changed after it was built.
"""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task

from pikflow.engine.decisions.library import Library
from pikflow.engine.faults import ElementFault
from pikflow.engine.model import Node
from pikflow.engine.scripting import evaluate
from pikflow.engine.tokens import (
    LISTENER,
    arrive,
    finish,
    step_of,
)

INTERNAL = "\x1f"  # not allowed in XML 1.0, so never part of an id


@dataclass(frozen=True)
class Way:
    """A sequence flow out of a spec; `target` is the name of the spec it leads to."""

    id: str
    target: str
    condition: str | None = None
    default: bool = False


class ProcessSpec(BpmnProcessSpec):
    """One scope: a process or a sub-process; `library` has the decisions made in it.

    `first` are the specs a new scope begins with, `triggers` the listeners of its event
    sub-processes; `watches` says that a conditional event may wait in it. `handlers` are the
    compensation handlers by the activity they undo, `undoing` the compensation event sub-process
    ("" without one). Internal names hold a character no XML can, so they collide with no id (B11).
    """

    def __init__(self, name: str, library: Library) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.library = library
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.first: tuple[str, ...] = ()
        self.triggers: tuple[str, ...] = ()
        self.watches = False
        self.handlers: dict[str, str] = {}
        self.undoing = ""
        self.start = Root(self, f"{INTERNAL}root")


class Root(BpmnSpecMixin):
    """The finished task all others hang under."""


class Element(BpmnSpecMixin):
    """A flow node that passes at once; the base of all others.

    `counts` says that the spec has to know over which flow a token came, `repeats` that it runs
    another spec several times.
    """

    counts = False
    repeats = False

    def __init__(self, wf_spec: ProcessSpec, name: str, node: Node, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.node = node
        self.ways: tuple[Way, ...] = ()
        self.boundaries: tuple[str, ...] = ()

    def test(self) -> None:
        """The deployment check has seen the diagram; an element without flows is in order."""

    def _predict(
        self, my_task: Task, seen: Any = None, looked_ahead: int = 0, mask: int = 0
    ) -> None:
        """Nothing is predicted: the tree holds only what has happened or is open."""

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        return True

    def enter(self, my_task: Task) -> None:
        """The boundary events begin to listen."""
        specs = my_task.workflow.spec.task_specs
        for name in self.boundaries:
            arrive(specs[name], my_task, **{LISTENER: True})

    def _on_ready_hook(self, my_task: Task) -> None:
        if not self.manual:
            step_of(my_task).ready.append(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        return True

    def _on_complete(self, my_task: Task) -> None:
        finish(my_task)

    def silent(self, my_task: Task) -> bool:
        """Whether the end of this task is no line of history."""
        return False

    def cancelled(self, my_task: Task) -> None:
        """Called when the task was cancelled."""

    def undoes_itself(self, my_task: Task) -> bool:
        """Whether the scope the task ran has a compensation event sub-process."""
        return False

    def marks(self, my_task: Task) -> dict[str, Any]:
        """Internal data every token this element sends out carries."""
        return {}

    def chosen(self, my_task: Task) -> list[Way]:
        """The flows that get a token: the unconditional ones and those whose condition holds.

        The default flow counts when no condition holds (BPMN 2.0, 8.3.13).
        """
        plain = [w for w in self.ways if w.condition is None and not w.default]
        conditional = [w for w in self.ways if w.condition is not None and not w.default]
        holding = [w for w in conditional if holds(my_task, w)]
        if not conditional:
            return plain + [w for w in self.ways if w.default]
        if holding:
            return plain + holding
        default = [w for w in self.ways if w.default]
        return plain + default or self.stuck()

    def stuck(self) -> Any:
        raise ElementFault(
            self.node,
            "no-way-out",
            "Keine Bedingung an den Wegen hinaus trifft zu.",
            "Der Prozess braucht dort einen Standardweg.",
        )


def holds(task: Task, way: Way) -> bool:
    return way.condition is not None and evaluate(task, way.condition) is True


class Unsupported(Element):
    """An element the engine can't run. The check refuses it; what runs unchecked stops here."""

    def _update_hook(self, my_task: Task) -> bool:
        raise ElementFault(
            self.node,
            "element-unsupported",
            f"Ein Element der Art {self.node.kind} kann hier nicht ausgeführt werden.",
            "Der Prozess muss an dieser Stelle anders gezeichnet werden.",
        )


class ExclusiveGateway(Element):
    """The first flow whose condition holds, in the order of the file; else the default flow.

    A flow without a condition that is not marked as default is taken as if it were.
    """

    def chosen(self, my_task: Task) -> list[Way]:
        conditional = [w for w in self.ways if w.condition is not None and not w.default]
        for way in conditional:
            if holds(my_task, way):
                return [way]
        others = sorted((w for w in self.ways if w not in conditional), key=lambda w: not w.default)
        return others[:1] or (self.stuck() if self.ways else [])
