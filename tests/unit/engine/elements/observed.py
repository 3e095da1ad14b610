"""What a file does: facts about one run through the engine, step by step."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pikflow.engine import runtime
from pikflow.engine.definition import Definition
from pikflow.engine.results import StepResult
from pikflow.errors import PikFlowError
from pikflow.values import normalise, plain

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Watched:
    """One run; `facts` says what happened, each as one text.

    Steps are `do TASK name=value ...` (a person or a connector completes it), `wait DAYS`,
    `message NAME`, `signal NAME`, `start ELEMENT`. A step that can't be taken is a fact too.
    """

    def __init__(self, files: Mapping[str, bytes], process: str, steps: Iterable[str]) -> None:
        self.facts: set[str] = set()
        self.done: Counter[str] = Counter()
        self.now = BEGIN
        self.result: StepResult | None = None
        steps = list(steps)
        try:
            self.definition = Definition.build(dict(files), process)
            self.facts |= {f"trigger {t.kind} {t.name or t.text}" for t in self.definition.triggers}
            begin = steps.pop(0).split()[1] if steps and steps[0].startswith("start ") else ""
            self._take(runtime.start(self.definition, {}, self.now, element=begin))
            for step in steps:
                self._step(*step.split())
        except PikFlowError as fault:
            self.facts.add(f"fault {fault.code}")
        if self.result is not None:
            self._standing(self.result)

    def _step(self, word: str, *rest: str) -> None:
        assert self.result is not None
        if word == "do":
            self._complete(rest[0], _values(rest[1:]))
        elif word == "wait":
            self.now += timedelta(days=int(rest[0]))
            self._command(runtime.fire)
        elif word == "message":
            self._command(runtime.send_message, rest[0], {})
        elif word == "signal":
            self._command(runtime.send_signal, rest[0], {})
        else:
            raise ValueError(word)

    def _complete(self, element: str, answers: dict[str, Any]) -> None:
        assert self.result is not None
        task = next((t for t in self.result.open_tasks if t.element == element), None)
        if task is None:
            self.facts.add(f"not open {element}")
        elif task.kind == "service":
            self._command(runtime.resume, task.id, answers)
        else:
            self._command(runtime.complete, task.id, answers)

    def _command(self, command: Any, *arguments: Any) -> None:
        assert self.result is not None
        before = self.result
        self._take(command(self.definition, before.state, before.data, *arguments, self.now))

    def _take(self, result: StepResult) -> None:
        self.result = result
        self.facts |= {f"thrown {one.kind} {one.name}" for one in result.thrown}
        self.facts |= {f"called {call.connector} {plain(call.input)}" for call in result.calls}
        for entry in result.history:
            if entry.state == "cancelled":
                self.facts.add(f"cancelled {entry.element}")
            else:
                self.done[entry.element] += 1
                self.facts.add(f"done {entry.element}")

    def _standing(self, result: StepResult) -> None:
        counts = Counter(task.element for task in result.open_tasks)
        self.facts |= {f"open {key}" for key in counts}
        self.facts |= {f"open {key} x{n}" for key, n in counts.items()}
        self.facts |= {f"done {key} x{n}" for key, n in self.done.items()}
        for task in result.open_tasks:
            self.facts.add(f"lane {task.element} {task.lane}")
            self.facts.add(f"text {task.element} {task.documentation}")
        self.facts |= {f"waits {event.element}" for event in result.waiting}
        self.facts |= {f"due {e.element} {e.due:%Y-%m-%d}" for e in result.waiting if e.due}
        self.facts |= {f"data {key}={plain(value)}" for key, value in result.data.items()}
        if result.completed:
            self.facts.add(f"ended {result.outcome or ''}".strip())
        if result.error is not None:
            self.facts.add(f"error {result.error.code}")


def _values(words: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        found[name] = {"true": True, "false": False}.get(value, value)
        if value.isdigit():
            found[name] = int(value)
        elif value.startswith("["):
            found[name] = list(value.strip("[]").split(","))
    return dict(normalise(found))
