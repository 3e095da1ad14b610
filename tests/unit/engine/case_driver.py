"""Small processes and a driver for the engine's tests; every step goes through the stored bytes."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from pikflow.engine import runtime
from pikflow.engine.definition import Definition
from pikflow.engine.results import OpenTask, StepResult, WaitingEvent

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:pik="urn:pikflow:bpmn:1.0" targetNamespace="urn:test">'
)
_OUTER = (
    '<message id="M1" name="Antwort"/><message id="M2" name="Rücknahme"/>'
    '<signal id="S1" name="Alarm"/><error id="E1" errorCode="kaputt"/>'
    '<error id="E2" errorCode="anders"/><escalation id="X1" escalationCode="hoch"/>'
)


def bpmn(flows: str, nodes: str = "", *, process: str = "p", attributes: str = "") -> bytes:
    """A file with one process; see `process_xml`."""
    return file(process_xml(flows, nodes, process=process, attributes=attributes))


def file(*processes: str) -> bytes:
    return f"{_HEAD}{_OUTER}{''.join(processes)}</definitions>".encode()


def process_xml(flows: str, nodes: str = "", *, process: str = "p", attributes: str = "") -> str:
    return f'<process id="{process}" {attributes}>{scope(flows, nodes)}</process>'


def scope(flows: str, nodes: str = "") -> str:
    """Nodes as XML and flows as `a > b > c [condition]`, one chain a line.

    Nodes that the XML lacks are made from their first letters: start..., end..., the rest are
    user tasks.
    """
    known = set(re.findall(r'\bid="([^"]+)"', nodes))
    made, wired = [], []
    for line in filter(None, (raw.strip() for raw in flows.splitlines())):
        chain, _, condition = line.partition("[")
        names = [name.strip() for name in chain.split(">")]
        for name in names:
            if name not in known:
                known.add(name)
                kind = next((k for k in ("start", "end") if name.lower().startswith(k)), "")
                tag = f"{kind}Event" if kind else "userTask"
                made.append(f'<{tag} id="{name}"/>')
        for source, target in zip(names, names[1:], strict=False):
            text = condition.rstrip("] ")
            inner = f"<conditionExpression>{escape(text)}</conditionExpression>" if text else ""
            wired.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
                f"{inner}</sequenceFlow>"
            )
    return nodes + "".join(made) + "".join(wired)


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><time{kind}>{escape(text)}</time{kind}></timerEventDefinition>"


class Case:
    """One running case; `trace` are the ids completed so far, `cancelled` those cancelled."""

    def __init__(
        self,
        *files: bytes,
        process: str = "p",
        data: dict[str, Any] | None = None,
        limit: int = 1000,
    ) -> None:
        named = {f"{number}.bpmn": content for number, content in enumerate(files)}
        self.definition = Definition.build(named, process)
        self.now = BEGIN
        self.limit = limit
        self.trace: list[str] = []
        self.cancelled: list[str] = []
        self.result = self._took(runtime.start(self.definition, data or {}, self.now, limit=limit))

    @property
    def data(self) -> dict[str, Any]:
        return self.result.data

    @property
    def open(self) -> list[str]:
        return [task.element for task in self.result.open_tasks]

    @property
    def waiting(self) -> list[str]:
        return [event.element for event in self.result.waiting]

    @property
    def done(self) -> bool:
        return self.result.completed

    def task(self, element: str, number: int = 0) -> OpenTask:
        return [task for task in self.result.open_tasks if task.element == element][number]

    def event(self, element: str) -> WaitingEvent:
        return next(event for event in self.result.waiting if event.element == element)

    def complete(self, element: str, number: int = 0, **answers: Any) -> "Case":
        return self.step(runtime.complete, self.task(element, number).id, answers)

    def message(self, name: str, **payload: Any) -> "Case":
        return self.step(runtime.send_message, name, payload)

    def later(self, **span: float) -> "Case":
        """Let time pass, e.g. days=14, and fire what is due."""
        self.now += timedelta(**span)
        return self.step(runtime.fire)

    def step(self, command: Any, *arguments: Any, **options: Any) -> "Case":
        before = dict(self.data)
        result = command(
            self.definition, self.result.state, self.data, *arguments, self.now, **options
        )
        assert self.data == before, "a step must not change the data it is given"
        self.result = self._took(result)
        return self

    def _took(self, result: StepResult) -> StepResult:
        assert isinstance(result.state, bytes)
        self.trace += [e.element for e in result.history if e.state == "completed"]
        self.cancelled += [e.element for e in result.history if e.state == "cancelled"]
        return result


def numbers(*values: float | str) -> list[Decimal]:
    return [Decimal(value) for value in values]
