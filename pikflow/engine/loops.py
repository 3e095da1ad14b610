"""Activities that run several times: multi-instance and standard loops.

The diagram's element becomes two specs: the loop, which boundary events hang on and which passes
the token on, and the activity itself, run once per instance. An instance has local names: its
item, `loopCounter` (from 1) and its output item; every other name it writes goes to the case data.
The output list keeps the order of the input.
"""

from decimal import Decimal
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.faults import ElementFault
from pikflow.engine.model import Loop, Node
from pikflow.engine.scripting import evaluate, write
from pikflow.engine.specs import Element, ProcessSpec
from pikflow.engine.tokens import INSTANCE, cancel, every_open_task, spawn

# What a completion condition may ask: BPMN's names (table 10.32) and those other engines use.
COUNTS = (
    (
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    ),
    ("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "nrOfTerminatedInstances"),
)
MOST = 1000  # instances of one activity; above that each of them belongs into a case of its own
OPEN = 5000  # tasks open in one case, when instances start inside instances


class LoopElement(Element):
    """What both kinds share; `each` is the name of the activity's own spec."""

    repeats = True

    def __init__(
        self, wf_spec: ProcessSpec, name: str, node: Node, *, loop: Loop, each: str, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, name, node, **kwargs)
        self.loop = loop
        self.each = each

    def silent(self, my_task: Task) -> bool:
        """The instances stand in the history; a loop without any stands there itself."""
        return bool(my_task.internal_data.get("started"))

    def start_instance(self, my_task: Task, number: int, names: dict[str, Any]) -> None:
        my_task.internal_data["started"] = number + 1
        spec = my_task.workflow.spec.task_specs[self.each]
        child = spawn(spec, my_task, **{INSTANCE: number})
        child.data.update({"loopCounter": Decimal(number + 1), **names})
        spec._update(child)

    def instance_done(self, my_task: Task, child: Task) -> None:
        raise NotImplementedError

    def number(self, my_task: Task, text: str) -> int:
        value = evaluate(my_task, text)
        if not isinstance(value, Decimal) or value < 0 or value != int(value):
            self.fault(f"„{text}“ ergibt keine Anzahl.")
        return int(value)

    def fault(self, what: str) -> None:
        raise ElementFault(
            self.node, "loop", what, "Der Prozess muss an dieser Stelle berichtigt werden."
        )


class MultiInstance(LoopElement):
    """One instance per entry of a list (or a number of them), together or one after the other.

    internal_data: `items` the entries, `done` {number as text: output}, `started` how many.
    """

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        items = self._items(my_task)
        if len(items) > MOST:
            self.fault(f"Es sind mehr als {MOST} Einträge.")
        self._room_for(my_task, len(items))
        my_task.internal_data.update(items=items, done={}, started=0)
        self._write_output(my_task)
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        together = len(items) if self.loop.kind == "parallel" else 1
        for number in range(together):
            self._start(my_task, number)
        return False

    def _room_for(self, my_task: Task, count: int) -> None:
        """Refuse what would make every later step slow; let many short instances run in one step
        (all but one, so that a loop around them still comes to its end)."""
        step = my_task.workflow.top_workflow.step
        step.limit += max(count - 1, 0)
        open_now = sum(1 for _ in every_open_task(my_task.workflow.top_workflow))
        if self.loop.kind == "parallel" and open_now + count > OPEN:
            self.fault(f"Im Vorgang wären mehr als {OPEN} Schritte zugleich offen.")

    def _items(self, my_task: Task) -> list[Any]:
        loop = self.loop
        if loop.collection:
            value = evaluate(my_task, loop.collection)
            if value is None:
                return []
            if isinstance(value, dict):
                return list(value.values())
            if not isinstance(value, list):
                self.fault(f"„{loop.collection}“ ist keine Liste.")
            return list(value)
        return [None] * self.number(my_task, loop.cardinality or "0")

    def _start(self, my_task: Task, number: int) -> None:
        loop = self.loop
        names: dict[str, Any] = {}
        if loop.output_item:
            names[loop.output_item] = None
        if loop.item:
            names[loop.item] = my_task.internal_data["items"][number]
        self.start_instance(my_task, number, names)

    def instance_done(self, my_task: Task, child: Task) -> None:
        loop, own = self.loop, my_task.internal_data
        own["done"][str(child.internal_data[INSTANCE])] = (
            child.data.get(loop.output_item) if loop.output_item else None
        )
        self._write_output(my_task)
        if self._condition_met(my_task, child):
            for other in my_task.children:
                if INSTANCE in other.internal_data:
                    cancel(other)
            my_task.complete()
        elif len(own["done"]) == len(own["items"]):
            my_task.complete()
        elif loop.kind == "sequential":
            self._start(my_task, own["started"])

    def _condition_met(self, my_task: Task, child: Task) -> bool:
        loop, own = self.loop, my_task.internal_data
        if not loop.completion:
            return False
        numbers = (len(own["items"]), own["started"] - len(own["done"]), len(own["done"]), 0)
        counts = {
            name: Decimal(number)
            for names in COUNTS
            for name, number in zip(names, numbers, strict=True)
        }
        return evaluate(child, loop.completion, counts) is True

    def _write_output(self, my_task: Task) -> None:
        """The outputs so far, in the order of the input; a list that is both stays whole."""
        loop, own = self.loop, my_task.internal_data
        if not loop.output:
            return
        done = {int(number): value for number, value in own["done"].items()}
        if loop.output == loop.collection:
            outputs = [done.get(number, item) for number, item in enumerate(own["items"])]
        else:
            outputs = [done[number] for number in sorted(done)]
        write(my_task, loop.output, outputs)


class StandardLoop(LoopElement):
    """Again while the condition holds, at most `loopMaximum` times; testBefore asks first."""

    def _update_hook(self, my_task: Task) -> bool:
        self.enter(my_task)
        my_task.internal_data["started"] = 0
        if self.loop.test_before and not self._again(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self.start_instance(my_task, 0, {})
        return False

    def instance_done(self, my_task: Task, child: Task) -> None:
        if self._again(my_task):
            self.start_instance(my_task, my_task.internal_data["started"], {})
        else:
            my_task.complete()

    def _again(self, my_task: Task) -> bool:
        loop, started = self.loop, my_task.internal_data["started"]
        if loop.maximum and started >= self.number(my_task, loop.maximum):
            return False
        if not loop.condition:
            return bool(loop.maximum)
        return evaluate(my_task, loop.condition, {"loopCounter": Decimal(started)}) is True
