"""A drawing run by our engine: from the stored bytes of each step to those of the next."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from pikflow.engine import running, runtime
from pikflow.engine.definition import Definition
from pikflow.engine.results import OpenTask, StepResult

from .pen import Drawing
from .sides import BEGIN, START, Place, View


class Ours:
    """Our engine; `prunes` says whether finished tasks are dropped after every step."""

    def __init__(self, drawing: Drawing, *, prunes: bool = True) -> None:
        self._drawing = drawing
        self._prunes = prunes
        self._definition = Definition.build({"a.bpmn": drawing.xml}, "p")
        self._completed: Counter[str] = Counter()
        self._take(lambda: runtime.start(self._definition, START, BEGIN))

    def _take(self, command: Callable[[], StepResult]) -> None:
        with _keeping(not self._prunes):
            self.result = command()
        self._completed.update(e.element for e in self.result.history if e.state == "completed")

    def place(self, task: OpenTask) -> Place:
        """The element and the items of all multi-instances around the task."""
        scope = {name: plain(value) for name, value in task.scope.items()}
        items = [(name, scope[name]) for name in self._drawing.items if name in scope]
        counted = scope.get("loopCounter", 0) if task.element in self._drawing.counted else 0
        return (task.element, counted, *items)

    def view(self) -> View:
        result = self.result
        return View(
            tasks=Counter(self.place(task) for task in result.open_tasks),
            events=Counter(event.element for event in result.waiting),
            completed=self._completed.copy(),
            done=result.completed,
            data=plain(result.data),
        )

    def complete(self, place: Place, answers: Mapping[str, int], now: datetime) -> None:
        task = next(task for task in self.result.open_tasks if self.place(task) == place)
        self._do(runtime.complete, task.id, answers, now)

    def message(self, name: str, now: datetime) -> None:
        self._do(runtime.send_message, name, {}, now)

    def signal(self, name: str, now: datetime) -> None:
        self._do(runtime.send_signal, name, {}, now)

    def later(self, now: datetime) -> None:
        self._do(runtime.fire, now)

    def _do(self, command: Callable[..., StepResult], *arguments: Any) -> None:
        state, data = self.result.state, self.result.data
        self._take(lambda: command(self._definition, state, data, *arguments))


@contextmanager
def _keeping(everything: bool) -> Iterator[None]:
    if not everything:
        yield
        return
    with (
        patch.object(runtime, "prune", lambda _case: None),
        patch.object(running, "prune", lambda _case: None),
    ):
        yield


def plain(value: Any) -> Any:
    """Numbers as Python's own, so both sides can be compared."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, list) else value
