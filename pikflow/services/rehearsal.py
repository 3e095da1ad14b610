"""One case being tried out: it does the next thing it can until there is none.

Child cases are rehearsals of their own that share trace and findings with their caller's.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pikflow.deadlines import local_day
from pikflow.engine import runtime
from pikflow.engine.definition import Definition
from pikflow.engine.results import ChildStart, OpenTask, StepResult, WaitingEvent
from pikflow.errors import DefinitionInvalid, EngineFault, Finding, PikFlowError
from pikflow.forms.generate import generate
from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.services.guesses import guesses, variants
from pikflow.values import normalise, plain

BEGIN = datetime(2026, 1, 7, 8, 0, tzinfo=UTC)
VISITS = 25  # of one task or timer; more is an endless loop
_DEEPEST = 5  # child cases of child cases
_TRIES = 40  # other answers tried when the process finds no way


class Given:
    """The answers somebody wrote down, handed out visit by visit."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.used: Counter[str] = Counter()
        rows = (r for v in answers.values() for r in (v if isinstance(v, list) else [v]))
        self.names = {name for row in rows if isinstance(row, Mapping) for name in row}

    def take(self, element: str) -> dict[str, Any] | None:
        """The next answers for an element; the last ones of a list stay for all later visits."""
        if element not in self.answers:
            return None
        value = self.answers[element]
        rows = value if isinstance(value, list) else [value]
        row = rows[min(self.used[element], len(rows) - 1)] if rows else {}
        self.used[element] += 1
        return dict(row) if isinstance(row, Mapping) else {}

    def fresh(self, element: str) -> bool:
        """Whether there are answers for an element that were not handed out yet."""
        value = self.answers.get(element)
        rows = len(value) if isinstance(value, list) else int(element in self.answers)
        return self.used[element] < rows


@dataclass
class Rehearsal:
    """One case being tried out; child cases are runs of their own that share trace and findings."""

    definition: Definition
    given: Given
    forms: FormLibrary
    roles: Mapping[str, str]
    trace: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    depth: int = 0
    now: datetime = BEGIN
    completed: bool = False
    result: StepResult | None = None
    visits: Counter[str] = field(default_factory=Counter)
    children: dict[str, ChildStart] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        result = self.result
        return {
            "completed": self.completed,
            "trace": self.trace,
            "waiting": [*self.stuck, *(self._open() if result and not self.completed else [])],
            "data": plain(result.data) if result else {},
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def _open(self) -> Iterator[str]:
        assert self.result is not None  # noqa: S101 - asked only after the first step
        yield from (task.element for task in self.result.open_tasks)
        yield from (event.element for event in self.result.waiting)

    def start_answers(self) -> dict[str, Any]:
        """What the answers say about the process's own start event."""
        nodes = self.definition.process.inside(None)
        starts = (node.id for node in nodes if node.kind == "startEvent")
        return next((row for row in map(self.given.take, starts) if row is not None), {})

    def go(self, data: Mapping[str, Any]) -> bool:
        """Run to the end; whether it was reached."""
        try:
            self._begin(normalise(dict(data)))
            while self.result is not None and not self.result.completed:
                if not self._move(self.result):
                    return False
        except (PikFlowError, TypeError) as fault:
            self._note(fault)
            return False
        return True

    def _begin(self, data: dict[str, Any]) -> None:
        def attempt(more: Mapping[str, Any]) -> StepResult:
            return runtime.start(self.definition, {**data, **normalise(dict(more))}, self.now)

        others = ({**data, **guess} for guess in guesses(self.definition, ""))
        self._take(self._first_that_works(attempt, data, others))

    def _move(self, result: StepResult) -> bool:
        """Do the one next thing; False when there is nothing left to do."""
        for event in result.waiting:
            if self.given.fresh(event.element) and self._happens(event):
                return True
        for task in result.open_tasks:
            if not self._may_visit(task.element, task.process):
                return False
            if task.kind == "service":
                answers = self.given.take(task.element) or {}
                self._step(runtime.resume, task.id, answers)
            elif task.kind == "children":
                self._run_children(task)
            else:
                self._complete(task)
            return True
        return self._wait(result)

    def _wait(self, result: StepResult) -> bool:
        """Let time pass until the next timer fires."""
        timers = [event for event in result.waiting if event.due is not None]
        if not timers:
            return False
        event = min(timers, key=lambda one: one.due or BEGIN)
        if not self._may_visit(event.element, event.process):
            return False
        self._fire(event)
        return True

    def _fire(self, event: WaitingEvent) -> None:
        self.now = max(self.now, event.due or self.now)
        self._step(runtime.fire)

    def _happens(self, event: WaitingEvent) -> bool:
        """Let an event happen that answers name; whether it can be brought about."""
        if event.kind == "conditional" or event.kind == "timer" and event.due is None:
            return False
        payload = self.given.take(event.element) or {}
        if event.kind == "timer":
            self._fire(event)
        elif event.kind == "signal":
            self._step(runtime.send_signal, event.message, payload)
        else:
            self._step(runtime.send_message, event.message, payload, event_id=event.id)
        return True

    def _complete(self, task: OpenTask) -> None:
        visit = self.visits[task.element]
        given = self.given.take(task.element)
        schema = self._schema(task.form)
        if given is not None:
            self._step(runtime.complete, task.id, self._checked(schema, given, task, "warning"))
            return
        made = generate(schema, self._context(task)) if schema else {}
        first = self._checked(schema, made, task, "information")
        found = variants(self.definition, schema, task.result, first, self._context(task))
        varied = [answers for answers in found if self._may_vary(answers, first, task)]
        if visit > 1 and varied:
            first = varied[(visit - 2) % len(varied)]

        def attempt(answers: Mapping[str, Any]) -> StepResult:
            return self._result_of(runtime.complete, task.id, answers)

        self._take(self._first_that_works(attempt, first, iter(varied)))

    def _may_vary(
        self, answers: Mapping[str, Any], first: Mapping[str, Any], task: OpenTask
    ) -> bool:
        """Whether other answers leave alone what somebody wrote down for another task."""
        other = {name for name, value in answers.items() if first.get(name) != value}
        return bool(task.result) or not other & self.given.names

    @staticmethod
    def _first_that_works(
        attempt: Callable[[dict[str, Any]], StepResult],
        first: dict[str, Any],
        others: Iterator[dict[str, Any]],
    ) -> StepResult:
        """The step with the first answers that leave a way; the first fault when none do."""
        try:
            return attempt(first)
        except EngineFault as fault:
            if fault.code != "no-way-out":
                raise
            for _, answers in zip(range(_TRIES), others, strict=False):
                try:
                    return attempt(answers)
                except EngineFault:
                    continue
            raise

    def _checked(
        self, schema: FormSchema | None, answers: Mapping[str, Any], task: OpenTask, severity: str
    ) -> dict[str, Any]:
        """The answers with the form's computed values; what the form refuses is a finding."""
        if schema is None:
            return dict(answers)
        checked = validate(schema, answers, self._context(task))
        for path, message in checked.errors.items():
            hint = "Geben Sie für diese Aufgabe Antworten vor, die zum Formular passen."
            text = f"{path}: {message}"
            self._add(task.element, task.process, severity, "answers-invalid", text, hint)
        return dict(checked.values)

    def _run_children(self, task: OpenTask) -> None:
        """Run the called process once per organisation, then close the call if it stays open."""
        start = self.children[task.id]
        for organisation in start.organisations if self.depth < _DEEPEST else ():
            child = Rehearsal(
                Definition.of(self.definition.models, start.process),
                self.given, self.forms, self.roles, self.trace, self.findings, self.stuck,
                self.depth + 1, self.now,
            )  # fmt: skip
            if not child.go(self._child_data(start, task, organisation)):
                self.stuck += list(child._open()) if child.result else []
            entry = {"organisation": dict(organisation), "nummer": "", **self._outputs(child)}
            self._step(runtime.child_ended, task.id, entry)
            if not self._still_open(task.id):
                return
        if self._still_open(task.id):
            self._step(runtime.complete, task.id, {})

    def _still_open(self, task_id: str) -> bool:
        return self.result is not None and any(t.id == task_id for t in self.result.open_tasks)

    def _child_data(
        self, start: ChildStart, task: OpenTask, organisation: Mapping[str, Any]
    ) -> dict[str, Any]:
        own = self.result.data if self.result else {}
        names = (n.strip().partition(".")[0] for n in task.attributes.get("pass", "").split(","))
        above = {name: own.get(name) for name in ("runde", "params", *names) if name}
        case = dict(own.get("vorgang") or {})
        data: dict[str, Any] = {name: own[name] for name in ("runde", "params") if name in own}
        if case:
            data["vorgang"] = {
                **case,
                "antragsteller": dict(organisation),
                "untergeordnete": [],
                "eltern": {**above, "antragsteller": case.get("antragsteller")},
            }
        return {**data, start.item: dict(organisation)} if start.item else data

    @staticmethod
    def _outputs(child: "Rehearsal") -> dict[str, Any]:
        names = child.definition.process.attributes.get("output", "")
        data = child.result.data if child.result else {}
        return {n.strip(): data.get(n.strip()) for n in names.split(",") if n.strip()}

    def _schema(self, form: str) -> FormSchema | None:
        key = self.roles.get(form.removeprefix("catalog:"), "") if ":" in form else form
        return self.forms.forms.get(key)

    def _context(self, task: OpenTask) -> dict[str, Any]:
        data = self.result.data if self.result else {}
        return {**data, "heute": local_day(self.now), **task.scope}

    def _result_of(self, command: Any, *arguments: Any, **options: Any) -> StepResult:
        assert self.result is not None  # noqa: S101 - a step follows the first one
        before = self.result
        step: StepResult = command(
            self.definition, before.state, before.data, *arguments, self.now, **options
        )
        return step

    def _step(self, command: Any, *arguments: Any, **options: Any) -> None:
        self._take(self._result_of(command, *arguments, **options))

    def _take(self, result: StepResult) -> None:
        self.result = result
        self.trace += [e.element for e in result.history if e.state == "completed"]
        self.children.update({child.task_id: child for child in result.children})
        if result.error is not None:
            error = result.error
            self._add(error.element, self.definition.process_id, "warning", "error-not-caught",
                      f"Der Prozess endet mit dem Fehler „{error.code or error.message}“.",
                      "Kein Ereignis im Diagramm nimmt ihn auf.")  # fmt: skip

    def _may_visit(self, element: str, process: str) -> bool:
        self.visits[element] += 1
        if self.visits[element] <= VISITS:
            return True
        self._add(
            element, process, "error", "simulation-endless",
            f"Der Prozess kommt nicht zum Ende: Er war {VISITS}-mal bei diesem Element.",
            "Geben Sie Antworten vor, mit denen die Schleife endet.",
        )  # fmt: skip
        return False

    def _note(self, fault: Exception) -> None:
        if isinstance(fault, DefinitionInvalid):
            self.findings += fault.findings
            return
        code = getattr(fault, "code", "simulation-value")
        message, hint = getattr(fault, "message", str(fault)), getattr(fault, "hint", "")
        element = getattr(fault, "element", "")
        process = getattr(fault, "process", self.definition.process_id)
        self._add(element, process, "error", code, message, hint)

    def _add(
        self, element: str, process: str, severity: Any, code: str, message: str, hint: str
    ) -> None:
        node = self.definition.node(process, element) or self._anywhere(element)
        file = self._file(node.process if node else process)
        line = node.line if node else 0
        if not any(f.code == code and f.element == element for f in self.findings):
            self.findings.append(Finding(file, line, element, severity, code, message, hint))

    def _anywhere(self, element: str) -> Any:
        return next((n for m in self.definition.models if (n := m.node(element))), None)

    def _file(self, process: str) -> str:
        models = self.definition.models
        return next((m.file for m in models if process in m.processes), models[0].file)
