"""A drawing run by SpiffWorkflow alone: its parser, its specs, its script engine."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, EventBasedGateway, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    CodeEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from .pen import Drawing
from .sides import BEGIN, START, Place, View

_ROUNDS = 50
_STANDING = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Library:
    """The library, unpruned; after every action it runs until only people and events can go on."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._completed: Counter[str] = Counter()
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(drawing.xml), "a.bpmn")
        spec = parser.get_spec("p")
        with _clock(BEGIN):
            self._case = BpmnWorkflow(spec, parser.get_subprocess_specs("p"))
            self._case.task_tree.set_data(**START)
            self._settle()

    def _settle(self) -> None:
        for _ in range(_ROUNDS):
            self._case.refresh_timers()
            self._case.do_engine_steps(did_complete_task=self._note)
            if not any(not task.task_spec.manual for task in self._ready()):
                return
        raise AssertionError("the library comes to no rest")

    def _ready(self) -> list[Task]:
        found: list[Task] = self._case.get_tasks(state=TaskState.READY)
        return found

    def _note(self, task: Task) -> None:
        spec = task.task_spec
        if spec.bpmn_id is not None and not isinstance(spec, MultiInstanceTask):
            self._completed[_element(task)] += 1

    def view(self) -> View:
        ready = self._ready()
        waiting = list(self._waiting())
        done = self._case.completed
        data = self._case.data if done else ready[0].data if self._is_quiet() else None
        return View(
            tasks=Counter(self.place(task) for task in ready),
            events=Counter(name for task in waiting for name in _listened(task)),
            completed=self._completed.copy(),
            done=done,
            data=data,
        )

    def _is_quiet(self) -> bool:
        """Whether there is one token only, and no branch or instance it will be merged with."""
        tokens = [
            task
            for task in self._case.get_tasks(state=_STANDING)
            if not isinstance(task.task_spec, BoundaryEvent | SubWorkflowTask)
        ]
        return len(tokens) == 1 and tokens[0].state == TaskState.READY

    def _waiting(self) -> Iterator[Task]:
        for task in self._case.event_manager.tasks.values():
            spec = task.task_spec
            within = isinstance(getattr(spec, "event_definition", None), CodeEventDefinition)
            if task.state == TaskState.WAITING and not within and not isinstance(spec, StartEvent):
                yield task

    def place(self, task: Task) -> Place:
        items = [(name, task.data[name]) for name in self._around(task)]
        element = _element(task)
        counted = element in self._drawing.counted
        number = task.internal_data.get("key_or_index", task.internal_data.get("item", 0))
        return (element, number + 1 if counted else 0, *items)

    def _around(self, task: Task) -> list[str]:
        """The items of the multi-instances that are running around the task."""
        found = set()
        holder: Task | None = task
        while holder is not None:
            for one in (holder, *_ancestors(holder)):
                outer = one.parent.task_spec if one.parent is not None else None
                if isinstance(outer, MultiInstanceTask) and one.task_spec.name == outer.task_spec:
                    found.add(getattr(outer.input_item, "bpmn_id", None))
            key = getattr(holder.workflow, "parent_task_id", None)
            holder = self._case.get_task_from_id(key) if key else None
        return [name for name in self._drawing.items if name in found]

    def complete(self, place: Place, answers: Mapping[str, int], now: datetime) -> None:
        fitting = [task for task in self._ready() if self.place(task) == place]
        task = min(fitting, key=lambda task: task.last_state_change)
        with _clock(now):
            task.set_data(**answers)
            task.run()
            self._note(task)
            self._settle()

    def message(self, name: str, now: datetime) -> None:
        with _clock(now):
            self._case.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
            self._settle()

    def signal(self, name: str, now: datetime) -> None:
        with _clock(now):
            self._case.catch(BpmnEvent(SignalEventDefinition(name), payload={}))
            self._settle()

    def later(self, now: datetime) -> None:
        with _clock(now):
            self._settle()


def _element(task: Task) -> str:
    name: str = task.task_spec.bpmn_id or task.task_spec.name
    return name.partition(" ")[0]


def _ancestors(task: Task) -> Iterator[Task]:
    while task.parent is not None:
        task = task.parent
        yield task


def _listened(task: Task) -> list[str]:
    """The elements an event stands for: a gateway's are those behind it."""
    spec = task.task_spec
    if isinstance(spec, EventBasedGateway):
        return [behind.bpmn_id for behind in spec.outputs]
    return [_element(task)]


@contextmanager
def _clock(now: datetime) -> Iterator[None]:
    """The instant the library's timers take for now."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return now.astimezone(tz)

    with patch.object(timer, "datetime", Frozen):
        yield
