"""The steps of a journey: who does what, and what holds afterwards."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pikflow import permissions
from pikflow.errors import NotFound, PikFlowError
from pikflow.forms.generate import generate
from pikflow.forms.schema import FormSchema
from pikflow.identity import Actor
from pikflow.services import Services, access, rounds
from pikflow.services.journeys.journey_checks import (
    Check,
    Mismatch,
    Situation,
    compare,
    compare_refusal,
    same_names,
)
from pikflow.services.journeys.journey_files import People, Step, moved
from pikflow.services.journeys.journey_uploads import Upload
from pikflow.services.views import TaskPage
from pikflow.store import cases, organisations, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord

_ROUNDS = 200  # background work of one step


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
            compare_refusal(step, fault)
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
        return Upload(self._services, actor, number).of_answers(schema, answers)

    # --- comparing -------------------------------------------------------------------------------

    def _compare(self, step: Step, entry: Mapping[str, Any]) -> None:
        case = self._case_of(step, entry)
        with self._environment.query() as unit:
            open_now = tasks.of_case(unit.connection, case.id)
            below = cases.children(unit.connection, case.id)
        people: dict[str, Check] = {
            "angeboten": lambda want: self._offers(step, case, want),
            "sieht": lambda want: self._sees(case, want, True),
            "sieht_nicht": lambda want: self._sees(case, want, False),
        }
        compare(step, entry, Situation(case, open_now, below), people)

    def _offers(self, step: Step, case: CaseRecord, want: Any) -> tuple[bool, str]:
        offers = self._services.cases.view(self._actor(step), case.number).offers
        return same_names(want, [offer.label for offer in offers])

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


def _owner(case: CaseRecord | None) -> str:
    return case.organisation_id if case else ""


def _reason(step: Step) -> str:
    return str(step.given.get("grund") or "")
