"""The lists of tasks and cases as files, with exactly the rows their filters leave on the page."""

from collections.abc import Callable, Sequence

from flask import Response

from pikflow.identity import Actor
from pikflow.services.views import CaseRow, InboxRow
from pikflow.web import cases, inbox
from pikflow.web.files import attachment
from pikflow.web.flow import current_flow
from pikflow.web.formats import local_day
from pikflow.web.guards import Route, View
from pikflow.web.i18n import translate
from pikflow.web.spreadsheets import Cell, write_csv, write_xlsx
from pikflow.web.words import WORDS

MOST = 5_000  # rows of one file
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_Table = tuple[str, list[str], list[list[Cell]], bool]  # title, heads, rows, whether there are more


def _tasks(actor: Actor) -> _Table:
    found = inbox.ask(actor, page=1, size=MOST)
    heads = [
        translate("Aufgabe"), translate("Vorgang"), translate("Maßnahme"),
        translate("Organisation"), "AGS", translate("Phase"), translate("Dringlichkeit"),
        translate("Frist"), translate("Wer"), translate("Betrag"), translate("Wiedervorlage"),
        translate("Notiz"),
    ]  # fmt: skip
    rows = [_task(row) for group in found.groups for row in group.rows]
    return translate("Aufgaben"), heads, rows, found.total > len(rows)


def _task(row: InboxRow) -> list[Cell]:
    return [
        row.task, row.number, row.measure_name, row.organisation, row.ags, translate(row.phase),
        translate(WORDS["group"][row.group]), row.due, row.owner, row.amount, row.follow_up,
        row.follow_up_note,
    ]  # fmt: skip


def _cases(actor: Actor) -> _Table:
    found = cases.ask(actor, page=1, size=MOST)
    heads = [
        translate("Vorgang"), translate("Maßnahme"), translate("Jahr"), translate("Organisation"),
        "AGS", translate("Stand"), translate("Phase"), translate("Nächster Schritt"),
        translate("Wer ist dran"), translate("Frist"), translate("Betrag"),
        translate("Begonnen"), translate("Übergeordneter Vorgang"),
    ]  # fmt: skip
    rows = [_case(row) for row in found.rows]
    return translate("Vorgänge"), heads, rows, len(rows) == MOST


def _case(row: CaseRow) -> list[Cell]:
    return [
        row.number, row.measure_name, row.year, row.organisation, row.ags,
        row.outcome or translate(WORDS["state"][row.state]), translate(row.phase), row.step,
        row.with_whom, row.due, row.amount, local_day(row.started_at), row.parent_number,
    ]  # fmt: skip


def _file(table: _Table, kind: str) -> Response:
    title, heads, rows, more = table
    if more:
        note = translate("Hier endet die Datei; es gibt mehr Zeilen. Filtern Sie die Liste enger.")
        rows.append([note, *[None] * (len(heads) - 1)])
    content = write_xlsx(title, heads, rows) if kind == "xlsx" else write_csv(heads, rows)
    day = local_day(current_flow().clock())
    return attachment(content, f"{title}-{day}.{kind}", _TYPES[kind])


def _view(read: Callable[[Actor], _Table], kind: str) -> View:
    def export(actor: Actor) -> Response:
        return _file(read(actor), kind)

    return export


def _routes(path: str, read: Callable[[Actor], _Table], permission: str) -> Sequence[Route]:
    return [
        Route(f"/{path}.{kind}", f"{path}_{kind}", _view(read, kind), permission) for kind in _TYPES
    ]


ROUTES = (*_routes("aufgaben", _tasks, "task.list"), *_routes("vorgaenge", _cases, "case.list"))
