"""A rehearsal that plays itself: it does the next thing it can until there is none.

Answers come from what somebody wrote down, else from the form, else from what the conditions ask
for. Child cases go first, and time passes only when nothing else can be done.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pikflow.engine.definition import Definition
from pikflow.engine.results import OpenTask
from pikflow.errors import Finding, PikFlowError, Severity
from pikflow.forms.generate import generate
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.services.rehearsing.guesses import guesses, variants
from pikflow.services.rehearsing.rehearsal import Rehearsal
from pikflow.services.rehearsing.runs import Run, RunError, WaitingEvent
from pikflow.values import normalise

VISITS = 25  # of one task or timer; more is an endless loop
RUNS = 200  # started in one trial; more is an endless loop
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


class Trial:
    """One process played through; `findings` say what kept it from its end."""

    def __init__(self, rehearsal: Rehearsal, definition: Definition, given: Given) -> None:
        self.rehearsal = rehearsal
        self.definition = definition
        self.given = given
        self.findings: list[Finding] = []
        self.completed = False
        self._run = Run(definition.process_id, rehearsal)
        self._visits: Counter[tuple[Run, str]] = Counter()
        self._stuck: set[Run] = set()

    @property
    def data(self) -> dict[str, Any]:
        return self._run.data

    @property
    def waiting(self) -> list[str]:
        """The elements that are open, those of child cases first."""
        found: list[str] = []
        for run in reversed(self.rehearsal.runs):
            found += [task.element_id for task in run.open_tasks]
            found += [event.element_id for event in run.waiting_events]
        return found

    def start_answers(self) -> dict[str, Any]:
        """What the answers say about the process's own start event."""
        nodes = self.definition.process.inside(None)
        starts = (node.id for node in nodes if node.kind == "startEvent")
        return next((row for row in map(self.given.take, starts) if row is not None), {})

    def play(self, data: Mapping[str, Any]) -> None:
        """Go as far as it goes."""
        try:
            self._begin(self._run, normalise(dict(data)))
            while self._move():
                self._hear()
        except (PikFlowError, TypeError) as fault:
            code = getattr(fault, "code", "simulation-value")
            self._tell(self._run, RunError(code, str(fault), hint=getattr(fault, "hint", "")))
        self._hear()
        self.completed = self._run.ended

    # --- moves ---------------------------------------------------------------------------------

    def _begin(self, run: Run, data: Mapping[str, Any]) -> None:
        if self.rehearsal.begin(run, data) or not self._pathless(run):
            return
        first = run.error
        definition = self.rehearsal.deployment.definition(run.process_id)
        for _, guess in zip(range(_TRIES), guesses(definition, ""), strict=False):
            if self.rehearsal.begin(run, {**data, **guess}):
                return
        run.error = first

    def _move(self) -> bool:
        """Do the one next thing; False when there is nothing left to do."""
        runs = self.rehearsal.runs
        if len(runs) > RUNS:
            return self._endless(self._run, self._run.process_id, len(runs))
        able = [run for run in runs if run.is_open() and run not in self._stuck]
        able.sort(key=lambda run: -run.depth)
        return any(self._happens(run) or self._work(run) for run in able) or self._wait(able)

    def _work(self, run: Run) -> bool:
        """Complete the first task of a run; whether there was one."""
        for task in run.open_now():
            if task.kind == "children" and self._has_children(run):
                continue
            if self._may_visit(run, task.element):
                self._complete(run, task)
            return True
        return False

    def _has_children(self, run: Run) -> bool:
        return any(one.parent is run and one.is_open() for one in self.rehearsal.runs)

    def _happens(self, run: Run) -> bool:
        """Let an event happen that answers name and that can be brought about."""
        for event in run.waiting_events:
            lasting = event.kind == "conditional" or event.kind == "timer" and event.due is None
            if lasting or not self.given.fresh(event.element_id):
                continue
            payload = self.given.take(event.element_id) or {}
            if event.kind == "timer":
                self._pass(event)
            else:
                run.fire(event, payload)
            return True
        return False

    def _wait(self, able: list[Run]) -> bool:
        """Let time pass until the next timer fires."""
        timers = [(event, run) for run in able for event in run.waiting_events if event.due]
        if not timers:
            return False
        event, run = min(timers, key=lambda pair: pair[0].due or self.rehearsal.now)
        if self._may_visit(run, event.element_id):
            self._pass(event)
        return True

    def _pass(self, event: WaitingEvent) -> None:
        due = event.due or self.rehearsal.now
        self.rehearsal.advance(max(due - self.rehearsal.now, timedelta(0)))

    def _complete(self, run: Run, task: OpenTask) -> None:
        schema = self.rehearsal.schema_of(task.form, run.process_id)
        given, context = self.given.take(task.element), run.context(task)
        if given is not None:
            run.submit(task, self._checked(run, schema, given, task, "warning"))
            return
        made = generate(schema, context) if schema else {}
        first = self._checked(run, schema, made, task, "information")
        definition = self.rehearsal.deployment.definition(run.process_id)
        found = variants(definition, schema, task.result, first, context)
        varied = [answers for answers in found if self._may_vary(answers, first, task)]
        visit = self._visits[run, task.element]
        if visit > 1 and varied:
            first = varied[(visit - 2) % len(varied)]
        if run.submit(task, first) or not self._pathless(run):
            return
        fault = run.error
        if not any(run.submit(task, answers) for answers in varied[:_TRIES]):
            run.error = fault

    def _may_vary(
        self, answers: Mapping[str, Any], first: Mapping[str, Any], task: OpenTask
    ) -> bool:
        """Whether other answers leave alone what somebody wrote down for another task."""
        other = {name for name, value in answers.items() if first.get(name) != value}
        return bool(task.result) or not other & self.given.names

    def _checked(
        self,
        run: Run,
        schema: FormSchema | None,
        answers: Mapping[str, Any],
        task: OpenTask,
        severity: Severity,
    ) -> dict[str, Any]:
        """The answers with the form's computed values; what the form refuses is a finding."""
        if schema is None:
            return dict(answers)
        checked = validate(schema, answers, run.context(task))
        for path, message in checked.errors.items():
            hint = "Geben Sie für diese Aufgabe Antworten vor, die zum Formular passen."
            text = f"{path}: {message}"
            self._add(task.element, task.process, severity, "answers-invalid", text, hint)
        return dict(checked.values)

    @staticmethod
    def _pathless(run: Run) -> bool:
        return run.error is not None and run.error.code == "no-way-out"

    # --- findings ------------------------------------------------------------------------------

    def _hear(self) -> None:
        """Note what keeps a run from going on; a child case may begin with other data."""
        for run in self.rehearsal.runs:
            if run.error is None or run in self._stuck:
                continue
            if self._pathless(run) and not run.began and run.parent is not None:
                self._begin(run, run.values)
            if run.error is not None:
                self._stuck.add(run)
                self._tell(run, run.error)

    def _tell(self, run: Run, error: RunError) -> None:
        if error.bpmn_error_code is None:
            severity: Severity = "error"
            message, hint = error.message, error.hint
        else:
            severity = "warning"
            message = (
                f"Der Prozess endet mit dem Fehler „{error.bpmn_error_code or error.message}“."
            )
            hint = "Kein Ereignis im Diagramm nimmt ihn auf."
        self._add(error.element_id, run.process_id, severity, error.code, message, hint)

    def _may_visit(self, run: Run, element: str) -> bool:
        self._visits[run, element] += 1
        return self._visits[run, element] <= VISITS or self._endless(run, element, VISITS)

    def _endless(self, run: Run, element: str, times: int) -> bool:
        self._stuck.add(run)
        self._add(
            element, run.process_id, "error", "simulation-endless",
            f"Der Prozess kommt nicht zum Ende: Er war {times}-mal bei diesem Element.",
            "Geben Sie Antworten vor, mit denen die Schleife endet.",
        )  # fmt: skip
        return False

    def _add(
        self, element: str, process: str, severity: Severity, code: str, message: str, hint: str
    ) -> None:
        if any(f.code == code and f.element == element for f in self.findings):
            return
        models = self.definition.models
        node = self.definition.node(process, element) or next(
            (found for model in models if (found := model.node(element))), None
        )
        home = node.process if node else process
        file = next((model.file for model in models if home in model.processes), models[0].file)
        line = node.line if node else 0
        self.findings.append(Finding(file, line, element, severity, code, message, hint))
