"""Fills the demo with cases in every phase: the people of the demo work them, through the services.

What is started and how far it goes is data (data/vorgaenge.yaml). Each case has a clock of its own
that begins in the past and never passes the present.
"""

import io
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from openpyxl import Workbook

from pikflow.errors import Refused
from pikflow.expressions import compile_expression
from pikflow.forms.generate import generate
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate
from pikflow.host import demo
from pikflow.identity import Actor
from pikflow.services import Services, rounds
from pikflow.services.environment import Environment
from pikflow.services.views import TaskPage
from pikflow.store import cases, tasks, work
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.values import normalise

_PLAN = Path(__file__).parent / "data" / "vorgaenge.yaml"
_STEPS = 150  # of one case, its child cases included
_LAST_DAYS = 12
_MORNING, _EVENING = 8, 17
_HERE = ZoneInfo("Europe/Berlin")
_PDF = b"%PDF-1.4\n% Beispiel\n"


@dataclass(frozen=True)
class Plan:
    """`rounds` and `cases` as the file lists them; `answers` by measure and task name, where an
    entry may be a list, one for each visit, and text that begins with "=" is an expression;
    `pauses` are the days a task waits before each visit, by its name."""

    rounds: Sequence[Mapping[str, Any]]
    cases: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Mapping[str, Any]]
    pauses: Mapping[str, Sequence[int]]


def read_plan(file: Path = _PLAN) -> Plan:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Plan(raw["runden"], raw["vorgaenge"], raw["antworten"], raw["pausen"])


def sow(
    services: Services,
    plan: Plan,
    wanted: Sequence[Mapping[str, Any]],
    advance: Callable[[], None],
) -> None:
    """Open the rounds, then bring each wanted case as far as the plan says."""
    now = services.environment.clock()
    clock = Clock(now)
    environment = replace(services.environment, clock=clock)
    _open_rounds(environment, plan, now.date())
    advance()
    people = demo.load()
    for entry in wanted:
        Worker(Services(environment), people, plan, entry, now).work()
        advance()
    clock.now = now


class Clock:
    """Stands where it was put; every look moves it by a second, so that events have an order."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def _open_rounds(environment: Environment, plan: Plan, today: date) -> None:
    """A round per measure for last, this and next year; the next one is open for some weeks."""
    for entry in plan.rounds:
        for offset in (-1, 0, 1):
            year = today.year + offset
            deadline = today + timedelta(days=60) if offset == 1 else date(year - 1, 12, 15)
            span = {"zeitraum_von": date(year, 1, 1), "zeitraum_bis": date(year, 12, 31)}
            given = {
                **entry,
                "beginn": min(today, date(year - 1, 10, 1)),
                "antragsfrist": deadline,
                "daten": {"bedarfsfrist": deadline - timedelta(days=21), **span},
            }
            with environment.command() as unit:
                measure = unit.catalog.measures[entry["massnahme"]]
                rounds.open_round(unit, measure, year, normalise(given))


class Worker:
    """Works one case: the next open task, by whoever may do it, with answers that fit."""

    def __init__(
        self,
        services: Services,
        people: demo.People,
        plan: Plan,
        entry: Mapping[str, Any],
        present: datetime,
    ) -> None:
        self.services = services
        self.environment = services.environment
        self.clock: Any = services.environment.clock
        self.people = people
        pauses = {**plan.pauses, **entry.get("pausen", {})}
        self.pauses = {name: list(days) for name, days in pauses.items()}
        self.entry = entry
        self.present = present
        self.answers = {**plan.answers.get("alle", {}), **plan.answers.get(entry["massnahme"], {})}
        self.answers |= entry.get("antworten", {})
        self.visits: Counter[str] = Counter()
        self.dice = random.Random(str(sorted(entry.items(), key=str)))  # noqa: S311 - demo data

    def work(self) -> None:
        """Start the case and take it to the task it shall stop at."""
        self.clock.now = self._begin()
        applicant = self._staff(self.entry["wer"])[0]
        started = self.services.cases.start(
            applicant, self.entry["massnahme"], round_id=self._round()
        )
        for _ in range(_STEPS):
            self.services.jobs.run_due(100)
            case, children = self._cases(started.number)
            if case.state != "open" or not self._step(case, children):
                break
        self._hand_over(case)

    def _hand_over(self, case: CaseRecord) -> None:
        """Let the person the plan names (`bei`) take the task the case now waits at."""
        if "bei" not in self.entry:
            return
        with self.environment.query() as unit:
            waiting = tasks.of_case(unit.connection, case.id)
        for task in waiting:
            if task.name == self.entry["bis"]:
                self.services.tasks.claim(self.people.actors[self.entry["bei"]], task.id)

    def _begin(self) -> datetime:
        year = self.present.year + self.entry["jahr"]
        usual = datetime(year - 1, 11, 3, 8, tzinfo=UTC) + timedelta(days=self.dice.randrange(14))
        recent = self.present - timedelta(days=12 + self.dice.randrange(16))
        return min(usual, _in_office_hours(recent))

    def _round(self) -> int:
        year = self.present.year + self.entry["jahr"]
        with self.environment.query() as unit:
            found = rounds.views(unit, self.entry["massnahme"])
            return next(entry.id for entry in found if entry.year == year)

    def _cases(self, number: str) -> tuple[CaseRecord, list[CaseRecord]]:
        with self.environment.query() as unit:
            case = cases.by_number(unit.connection, number)
            assert case is not None  # noqa: S101 - it was just started
            return case, cases.children(unit.connection, case.id)

    def _step(self, case: CaseRecord, children: Sequence[CaseRecord]) -> bool:
        """Do one thing; False when the case is where it shall be, or nothing can be done."""
        with self.environment.query() as unit:
            own = tasks.of_case(unit.connection, case.id)
            below = [
                task for child in children if child.state == "open"
                for task in tasks.of_case(unit.connection, child.id)
            ]  # fmt: skip
        collecting = any(task.kind == "children" for task in own)
        silent = len(children) // 3 if collecting else 0
        if self._reached(own) and (len(below) <= max(silent, 1) or not collecting):
            return False
        todo = [t for t in own if t.kind != "children"]
        if len(below) > silent:
            todo = [*below[:1], *todo]
        elif not todo:
            todo = [t for t in own if self.visits[t.id] == 0]
        for task in todo:
            if self.pauses.get(task.name):
                self._rest(self.pauses[task.name].pop(0))
                return True
            self._pass(timedelta(days=self.dice.randrange(3), hours=self.dice.randrange(6)))
            if self._complete(task):
                return self.clock.now < self.present
        return self._wait(case)

    def _reached(self, own: Sequence[TaskRecord]) -> bool:
        return any(task.name == self.entry.get("bis") for task in own)

    def _rest(self, days: int) -> None:
        """Let a task lie, but leave some days to the present in which work can go on."""
        latest = self.present - timedelta(days=_LAST_DAYS)
        self.clock.now = max(self.clock.now, min(self.clock.now + timedelta(days=days), latest))

    def _pass(self, time: timedelta) -> bool:
        """Let time pass until somebody gets to it, in office hours and never past the present;
        False when it is."""
        self.clock.now = min(_in_office_hours(self.clock.now + time), self.present)
        return bool(self.clock.now < self.present)

    def _wait(self, case: CaseRecord) -> bool:
        with self.environment.query() as unit:
            known = work.timer_of(unit.connection, case.id)
        if known is None or known[0] > self.present:
            return False
        self.clock.now = max(self.clock.now, known[0]) + timedelta(minutes=1)
        return True

    def _complete(self, task: TaskRecord) -> bool:
        for actor in self._candidates(task):
            try:
                self.services.tasks.claim(actor, task.id)
            except Refused:
                continue
            page = self.services.tasks.view(actor, task.id)
            self.services.tasks.complete(
                actor, task.id, self._filled(actor, page), version=page.version, key=page.key
            )
            self.visits[task.name] += 1
            self.visits[task.id] += 1
            return True
        return False

    def _candidates(self, task: TaskRecord) -> Iterator[Actor]:
        """Those who may work a task; a different order each time, so that four eyes find two."""
        kind, _, key = task.audience.partition(":")
        if kind == "org":
            found = self._staff(key)
        else:
            kinds = self.services.catalog.lanes[task.lane].kinds
            found = [a for a in self.people.actors.values() if a.organisation.kind in kinds]
        able = [actor for actor in found if task.role in actor.roles]
        self.dice.shuffle(able)
        yield from able

    def _staff(self, organisation: str) -> list[Actor]:
        return [a for a in self.people.actors.values() if a.organisation.id == organisation]

    def _filled(self, actor: Actor, page: TaskPage) -> dict[str, Any]:
        schema: FormSchema | None = page.schema
        if schema is None:
            return {}
        known = {f.id for f in schema.fields()}
        wanted = {key: value for key, value in self._wanted(page).items() if key in known}
        fixed = {key: value for key, value in wanted.items() if not _has_formula(value)}
        answers = generate(schema, page.context, {**(page.stored or {}), **fixed})
        for key, value in wanted.items():
            if _has_formula(value):
                computed = validate(schema, answers, page.context).values
                answers[key] = _worked_out(value, {**page.context, **normalise(computed)})
        answers = generate(schema, page.context, answers)
        return {key: self._with_files(actor, page, schema, key, answers[key]) for key in answers}

    def _wanted(self, page: TaskPage) -> Mapping[str, Any]:
        found = self.answers.get(page.name) or {}
        if isinstance(found, list):
            return found[min(self.visits[page.name], len(found) - 1)]
        return found

    def _with_files(
        self, actor: Actor, page: TaskPage, schema: FormSchema, key: str, value: Any
    ) -> Any:
        field = schema.field(key)
        if field is None or field.type != "file" or not value:
            return value
        name = str(value[0].get("name", "anlage.pdf"))
        if name.endswith(".xlsx"):
            content = _workbook()
        else:
            name, content = name.rsplit(".", 1)[0] + ".pdf", _PDF
        stored = self.services.files.store(actor, page.head.number, name, io.BytesIO(content))
        return [{"id": stored.id}]


def _in_office_hours(moment: datetime) -> datetime:
    """The moment itself or the next morning of a working week, from 8 to 17 o'clock."""
    here = moment.astimezone(_HERE)
    if here.hour >= _EVENING:
        here = here.replace(hour=_MORNING) + timedelta(days=1)
    elif here.hour < _MORNING:
        here = here.replace(hour=_MORNING)
    weekend = max(0, here.weekday() - 4)  # Saturday 1, Sunday 2
    return (here + timedelta(days=(3 - weekend) if weekend else 0)).astimezone(UTC)


def _has_formula(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_formula, value))
    if isinstance(value, dict):
        return any(map(_has_formula, value.values()))
    return isinstance(value, str) and value.startswith("=")


def _worked_out(value: Any, scope: Mapping[str, Any]) -> Any:
    """The value with every expression in it replaced by what it gives."""
    if isinstance(value, list):
        return [_worked_out(item, scope) for item in value]
    if isinstance(value, dict):
        return {key: _worked_out(item, scope) for key, item in value.items()}
    if isinstance(value, str) and value.startswith("="):
        return compile_expression(value[1:].strip()).evaluate(scope)
    return value


def _workbook() -> bytes:
    """The smallest real XLSX file."""
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()
