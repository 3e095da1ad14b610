"""The steps of a journey: who does what, and what holds afterwards."""

import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pikflow import permissions
from pikflow.errors import NotFound, PikFlowError
from pikflow.forms.generate import generate
from pikflow.forms.schema import FormSchema
from pikflow.identity import Actor
from pikflow.services import Services, access, rounds
from pikflow.services.files import sample
from pikflow.services.journey_files import STATES, Journey, People, Step, equal, moved
from pikflow.services.submissions import AnswersInvalid
from pikflow.services.views import TaskPage
from pikflow.store import cases, organisations, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.values import plain

_ROUNDS = 200  # background work of one step


class Mismatch(Exception):  # noqa: N818 - it is the result of a comparison
    """A step did not go as the journey says."""

    def __init__(self, step: Step, expected: str, found: str) -> None:
        super().__init__(f"{expected} / {found}")
        self.step = step
        self.expected = expected
        self.found = found

    def told(self, journey: Journey) -> str:
        """File, step, what was expected and what was found."""
        return (
            f"{journey.file}:{self.step.line}, {self.step.title}:\n"
            f"  erwartet: {self.expected}\n  gefunden: {self.found}"
        )


class Walk:
    """One journey under way; `main` is the case it began with, `last` the one of the last step."""

    def __init__(self, services: Services, people: People, clock: Any) -> None:
        self._services = services
        self._environment = services.environment
        self._people = people
        self._clock = clock
        self._main = ""
        self._last = ""

    def open_rounds(self, given: Sequence[Mapping[str, Any]]) -> None:
        """Store the rounds a journey begins with."""
        for entry in given:
            with self._environment.command() as unit:
                measure = unit.catalog.measures[str(entry["massnahme"])]
                year = entry.get("jahr") or Decimal(unit.today.year)
                budgets = entry.get("budgets")
                rounds.open_round(unit, measure, int(year), {**entry, "budgets": budgets})

    def take(self, step: Step) -> None:
        """Take one step, run what it sets off, and compare."""
        wanted = step.given.get("abgelehnt")
        try:
            self._do(step)
        except PikFlowError as fault:
            self._compare_refusal(step, fault)
        else:
            if wanted:
                raise Mismatch(step, f"abgelehnt: {wanted}", "nicht abgelehnt")
        self._run_background(step)
        for entry in step.after:
            self._compare(step, entry)

    def _do(self, step: Step) -> None:
        {
            "beginnt": self._begin,
            "aufgabe": self._complete,
            "aktion": self._send,
            "zeit": self._move,
            "pruefe": lambda _: None,
        }[step.verb](step)

    def _actor(self, step: Step) -> Actor:
        who = str(step.given.get("wer", ""))
        if who not in self._people.actors:
            known = ", ".join(sorted(self._people.actors))
            raise Mismatch(step, f"eine Person „{who}“", f"bekannt sind: {known}")
        return self._people.actors[who]

    # --- what a step does ------------------------------------------------------------------------

    def _begin(self, step: Step) -> None:
        actor, what = self._actor(step), str(step.what)
        if what == self._services.catalog.round_process:
            started = self._services.cases.start_round(actor, str(step.given.get("massnahme")))
        else:
            started = self._services.cases.start(actor, what)
        self._last = started.number
        self._main = self._main or self._root_of(started.number)

    def _complete(self, step: Step) -> None:
        actor = self._actor(step)
        record = self._task(step, actor)
        self._last = self._number_of(record)
        page = self._services.tasks.view(actor, record.id)
        if page.four_eyes or not page.actions["complete"].allowed:
            self._services.tasks.claim(actor, record.id)  # refuses with the reason
        if page.holder is None:
            self._services.tasks.claim(actor, record.id)
        answers = self._answers(step, actor, page)
        self._services.tasks.complete(
            actor, record.id, answers, version=page.version, key=page.key, reason=_reason(step)
        )

    def _send(self, step: Step) -> None:
        actor, what = self._actor(step), str(step.what)
        number = self._case_of(step, step.given).number
        offers = self._services.cases.view(actor, number).offers
        found = [o for o in offers if what in (o.label, o.name, o.element, o.message)]
        if not found:
            names = ", ".join(offer.label for offer in offers) or "nichts"
            raise NotFound("offer-not-found", f"Angeboten wird: {names}.")
        event = self._services.events.view(actor, number, found[0].id)
        answers = self._filled(step, event.schema, event.context, {}, actor, number)
        self._services.events.send(
            actor, number, found[0].id, answers, version=event.version, reason=_reason(step)
        )
        self._last = number

    def _move(self, step: Step) -> None:
        try:
            self._clock.now = moved(self._clock.now, step.what)
        except ValueError as fault:
            raise Mismatch(step, "eine Zeit wie „+30 Tage“ oder ein Datum", str(fault)) from fault

    def _run_background(self, step: Step) -> None:
        if self._services.jobs.run_due(_ROUNDS) >= _ROUNDS:
            raise Mismatch(step, "Hintergrundarbeit kommt zur Ruhe", "sie läuft immer weiter")
        with self._environment.query() as unit:
            stuck = cases.stopped(unit.connection)
        if stuck:
            number, message = stuck[0]
            raise Mismatch(step, "keine Störung", f"{number}: {message}")

    # --- finding ---------------------------------------------------------------------------------

    def _task(self, step: Step, actor: Actor) -> TaskRecord:
        """The open task of this name, first of those the person works; an ended one if none."""
        what = str(step.what)
        with self._environment.query(actor) as unit:
            found = tasks.named(unit.connection, what)
            cases_of = {t.id: cases.by_id(unit.connection, t.instance_id) for t in found}
            if step.given.get("fuer"):
                owner = self._organisation(step, step.given["fuer"])
                found = [t for t in found if _owner(cases_of[t.id]) == owner]
            reachable = [
                task
                for task in found
                if (case := cases_of[task.id]) is not None
                and permissions.may(
                    actor, "task.work", unit.catalog, access.facts_of(unit, case, task)
                )
            ]
            ranked = sorted(
                reachable or found,
                key=lambda t: (t.state != "open", t.claimed_by not in ("", actor.id)),
            )
            open_now = [f"{t.name} ({t.lane})" for t in tasks.all_open(unit.connection)]
        if not ranked:
            names = ", ".join(dict.fromkeys(open_now)) or "nichts"
            raise Mismatch(step, f"offene Aufgabe „{what}“", f"offen: {names}")
        return ranked[0]

    def _number_of(self, record: TaskRecord) -> str:
        with self._environment.query() as unit:
            case = cases.by_id(unit.connection, record.instance_id)
        return case.number if case else ""

    def _root_of(self, number: str) -> str:
        """The number of the case at the top of its callers."""
        with self._environment.query() as unit:
            case = cases.by_number(unit.connection, number)
            while case is not None and case.parent_id is not None:
                case = cases.by_id(unit.connection, case.parent_id)
        return case.number if case else number

    def _case_of(self, step: Step, entry: Mapping[str, Any]) -> CaseRecord:
        """The case an entry means: of an organisation, the journey's main case, or the step's."""
        with self._environment.query() as unit:
            if entry.get("fuer"):
                owner = self._organisation(step, entry["fuer"])
                found = cases.newest_of(unit.connection, owner)
            else:
                at_large = step.verb in ("zeit", "pruefe") or entry.get("haupt")
                number = self._main if at_large else self._last or self._main
                found = cases.by_number(unit.connection, number)
        if found is None:
            raise Mismatch(step, "ein Vorgang", "noch keiner")
        return found

    def _organisation(self, step: Step, what: Any) -> str:
        """The id of an organisation given by id, AGS or name; a person's id means theirs."""
        text = str(what)
        if text in self._people.actors:
            return self._people.actors[text].organisation.id
        for one in self._people.organisations.values():
            if text in (one.id, one.ags, one.name):
                return one.id
        with self._environment.query() as unit:
            known = organisations.by_id(unit.connection, text)
        if known is None:
            raise Mismatch(step, f"eine Organisation „{text}“", "es gibt sie nicht")
        return known.id

    # --- answers ---------------------------------------------------------------------------------

    def _answers(self, step: Step, actor: Actor, page: TaskPage) -> dict[str, Any]:
        stored = dict(page.stored or {})
        return self._filled(step, page.schema, page.context, stored, actor, page.head.number)

    def _filled(
        self,
        step: Step,
        schema: FormSchema | None,
        context: Mapping[str, Any],
        stored: Mapping[str, Any],
        actor: Actor,
        number: str,
    ) -> dict[str, Any]:
        given = dict(step.given.get("antworten") or {})
        if schema is None:
            return given
        unknown = [name for name in given if schema.field(name) is None]
        if unknown:
            names = ", ".join(field.id for field in schema.fields())
            raise Mismatch(step, f"Feld „{unknown[0]}“ in {schema.id}", f"es gibt: {names}")
        answers = {**stored, **given}
        if step.given.get("ausfuellen"):
            answers = generate(schema, context, answers)
        upload = _Upload(self._services, actor, number)
        return {
            name: upload.taken(value)
            if _is_file(schema, name)
            else upload.inner(schema, name, value)
            for name, value in answers.items()
        }

    # --- comparing -------------------------------------------------------------------------------

    def _compare_refusal(self, step: Step, fault: PikFlowError) -> None:
        wanted = step.given.get("abgelehnt")
        found = f"{fault.code}: {fault.message}"
        if isinstance(fault, AnswersInvalid):
            found += "".join(f"\n    {path}: {text}" for path, text in fault.errors.items())
        if wanted is None:
            raise Mismatch(step, "gelingt", found) from fault
        kind = "not-found" if isinstance(fault, NotFound) else fault.code
        if wanted not in (kind, fault.code):
            raise Mismatch(step, f"abgelehnt: {wanted}", found) from fault
        fields = step.given.get("fehler") or []
        if fields and isinstance(fault, AnswersInvalid):
            missing = [name for name in fields if name not in fault.errors]
            if missing:
                raise Mismatch(step, f"Fehler an {', '.join(missing)}", found) from fault

    def _compare(self, step: Step, entry: Mapping[str, Any]) -> None:
        case = self._case_of(step, entry)
        with self._environment.query() as unit:
            open_now = tasks.of_case(unit.connection, case.id)
            below = cases.children(unit.connection, case.id)
        checks: dict[str, Callable[[Any], tuple[bool, str]]] = {
            "offen": lambda want: _same_names(want, [t.name for t in open_now]),
            "unter_anderem": lambda want: _some_names(want, [t.name for t in open_now]),
            "stand": lambda want: (case.state in STATES[want], case.state),
            "ergebnis": lambda want: (case.outcome == want, case.outcome or "keines"),
            "phase": lambda want: (case.phase == want, case.phase),
            "betrag": lambda want: (equal(case.amount, want), str(case.amount)),
            "frist": lambda want: _dues(want, {t.name: t.due for t in open_now}),
            "daten": lambda want: _data(want, case.data),
            "kinder": lambda want: _children(want, below),
            "angeboten": lambda want: self._offers(step, case, want),
            "sieht": lambda want: self._sees(case, want, True),
            "sieht_nicht": lambda want: self._sees(case, want, False),
        }
        for key, want in entry.items():
            if key in checks:
                held, found = checks[key](want)
                if not held:
                    shown = f"{case.number}: {key} = {_shown(want)}"
                    raise Mismatch(step, shown, f"{key} = {found}")

    def _offers(self, step: Step, case: CaseRecord, want: Any) -> tuple[bool, str]:
        offers = self._services.cases.view(self._actor(step), case.number).offers
        return _same_names(want, [offer.label for offer in offers])

    def _sees(self, case: CaseRecord, want: Any, expected: bool) -> tuple[bool, str]:
        wrong = []
        for who in want if isinstance(want, list) else [want]:
            try:
                self._services.cases.view(self._people.actors[str(who)], case.number)
                seen = True
            except NotFound:
                seen = False
            if seen is not expected:
                wrong.append(str(who))
        return not wrong, f"anders bei {', '.join(wrong)}"


class _Upload:
    """Turns `{dateiname: …}` and generated examples into files that were really uploaded."""

    def __init__(self, services: Services, actor: Actor, number: str) -> None:
        self._services = services
        self._actor = actor
        self._number = number

    def taken(self, value: Any) -> list[dict[str, Any]]:
        items = value if isinstance(value, list) else [value] if value else []
        return [self._one(item) for item in items if isinstance(item, Mapping)]

    def inner(self, schema: FormSchema, name: str, value: Any) -> Any:
        """File columns of a group."""
        field = schema.field(name)
        columns = [c.id for c in field.children if c.type == "file"] if field else []
        if not columns or not isinstance(value, list):
            return value
        return [
            {**row, **{key: self.taken(row.get(key)) for key in columns if row.get(key)}}
            for row in value
        ]

    def _one(self, item: Mapping[str, Any]) -> dict[str, Any]:
        if "dateiname" not in item and not str(item.get("id", "")).startswith("beispiel"):
            return dict(item)
        name = str(item.get("dateiname") or item.get("name") or "anlage.pdf")
        content = io.BytesIO(sample(name.rsplit(".", 1)[-1].lower()))
        return {"id": self._services.files.store(self._actor, self._number, name, content).id}


def _is_file(schema: FormSchema, name: str) -> bool:
    field = schema.field(name)
    return field is not None and field.type == "file"


def _owner(case: CaseRecord | None) -> str:
    return case.organisation_id if case else ""


def _reason(step: Step) -> str:
    return str(step.given.get("grund") or "")


def _same_names(want: Any, found: list[str]) -> tuple[bool, str]:
    names = [str(name) for name in (want if isinstance(want, list) else [want])]
    return sorted(names) == sorted(found), ", ".join(sorted(found)) or "nichts"


def _some_names(want: Any, found: list[str]) -> tuple[bool, str]:
    names = [str(name) for name in (want if isinstance(want, list) else [want])]
    return all(name in found for name in names), ", ".join(sorted(found)) or "nichts"


def _dues(want: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[bool, str]:
    held = all(equal(found.get(name), day) for name, day in want.items())
    return held, ", ".join(f"{name}: {day}" for name, day in found.items() if name in want)


def _data(want: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[bool, str]:
    found = {name: look_up(data, name) for name in want}
    wrong = {name: found[name] for name in want if not equal(found[name], want[name])}
    return not wrong, _shown(wrong)


def look_up(data: Any, dotted: str) -> Any:
    """The value under a dotted name; a number counts into a list."""
    for name in dotted.split("."):
        if isinstance(data, Mapping):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def _children(want: Any, below: list[CaseRecord]) -> tuple[bool, str]:
    if isinstance(want, Mapping):
        counts = {
            state: sum(1 for case in below if case.state in STATES[state]) for state in STATES
        }
        return all(counts.get(key) == number for key, number in want.items()), _shown(counts)
    return len(below) == want, str(len(below))


def _shown(value: Any) -> str:
    value = plain(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
