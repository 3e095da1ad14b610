"""Cases: what may be started, start, list, view, note."""

from pikflow import permissions
from pikflow.errors import Invalid
from pikflow.identity import Actor
from pikflow.services import access, case_pages, heads, progress, startable, starting
from pikflow.services.environment import Environment, Unit
from pikflow.services.heads import days_until, measure_name
from pikflow.services.repeating import repeated, repeated_if_undone
from pikflow.services.views import CaseFilter, CaseList, CaseRow, CaseView, Startable, Started
from pikflow.store import case_lists, cases, tasks
from pikflow.store.case_lists import CaseCriteria, CaseListRecord
from pikflow.store.tasks import TaskRecord
from pikflow.texts import say

NOTE_LENGTH = 2000


class Cases:
    """The use cases of a whole case."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def startable(self, actor: Actor) -> tuple[Startable, ...]:
        """The measures and rounds this actor's organisation may start, and why not the others."""
        with self._environment.query(actor) as unit:
            return startable.offers(unit)

    @repeated
    def start(self, actor: Actor, measure: str, *, round_id: int | None = None) -> Started:
        """Start a case or find the one that exists; see starting.start for what is refused."""
        with self._environment.command(actor) as unit:
            return starting.start(unit, measure, round_id)

    @repeated_if_undone
    def start_round(self, actor: Actor, measure: str) -> Started:
        """Begin the process that opens a funding round of a measure."""
        with self._environment.command(actor) as unit:
            return starting.start_round(unit, measure)

    def view(self, actor: Actor, number: str) -> CaseView:
        """Everything about one case; NotFound when the actor may not see it."""
        with self._environment.query(actor) as unit:
            return case_pages.view(unit, access.case_by_number(unit, number))

    def list(
        self,
        actor: Actor,
        *,
        filter: CaseFilter = CaseFilter(),  # noqa: A002, B008 - frozen, and the page's word
        page: int = 1,
        size: int | None = None,
    ) -> CaseList:
        """One page of the cases the actor may see; a page past the end is the last one."""
        rows = size or self._environment.settings["PIKFLOW_PAGE_SIZE"]
        with self._environment.query(actor) as unit:
            return _listed(unit, filter, page, rows)

    @repeated_if_undone
    def add_note(self, actor: Actor, number: str, text: str) -> None:
        """Write a note into the timeline; raises Invalid("note-empty") for nothing."""
        note = text.strip()[:NOTE_LENGTH]
        if not note:
            raise Invalid(
                "note-empty", say("Die Notiz ist leer."), say("Schreiben Sie einen Satz.")
            )
        with self._environment.command(actor) as unit:
            case = access.case_by_number(unit, number)
            access.require(unit, "case.note", access.facts_of(unit, case))
            progress.note(unit, case, "note", reason=note)


def _listed(unit: Unit, chosen: CaseFilter, page: int, size: int) -> CaseList:
    access.require(unit, "case.list")
    scope = permissions.case_scope(unit.actor, unit.catalog)
    criteria = CaseCriteria(
        measure=chosen.measure,
        phase=chosen.phase,
        state=chosen.state,
        organisation=chosen.organisation,
        year=chosen.year,
        text=chosen.text,
        children=chosen.children,
    )
    asked = case_lists.look(unit.connection, scope, criteria)
    total = case_lists.count(unit.connection, asked)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    found = case_lists.listed(unit.connection, asked, limit=size, offset=(page - 1) * size)
    waiting = tasks.of_cases(unit.connection, [record.id for record in found])
    rows = tuple(_row(unit, record, waiting.get(record.id, [])) for record in found)
    return CaseList(chosen, rows, total, page, pages, more=total == case_lists.MOST)


def _row(unit: Unit, record: CaseListRecord, waiting: list[TaskRecord]) -> CaseRow:
    first = waiting[0] if waiting else None
    parent = cases.by_id(unit.connection, record.parent_id) if record.parent_id else None
    visible = parent is not None and access.may_see(unit, parent)
    return CaseRow(
        number=record.number,
        title=record.title,
        measure=record.measure,
        measure_name=measure_name(unit, record.measure),
        organisation=record.organisation,
        ags=record.ags,
        year=record.year,
        phase=record.phase,
        state=record.state,
        outcome=record.outcome,
        amount=record.amount,
        step=first.name if first else "",
        with_whom=heads.with_whom(unit, first) if first else "",
        due=record.due,
        days=days_until(record.due, unit.today),
        started_at=record.started_at,
        parent_number=parent.number if parent and visible else "",
    )
