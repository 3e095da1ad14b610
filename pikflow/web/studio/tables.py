"""A decision table as a page of forms: works without script, by keyboard, and on a phone.

One form holds columns, rules and the values to try out, so that no button loses what was typed:
each saves first and then does what it says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.engine.decisions.editing.sheet import TYPES, Sheet
from pikflow.engine.decisions.problems import AGGREGATIONS, HIT_POLICIES, Problem
from pikflow.engine.decisions.trial import Trial
from pikflow.errors import DefinitionInvalid, Invalid
from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile, FileChanged
from pikflow.services.studio.tables import TableView
from pikflow.web.files import content_disposition
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.headers import DOWNLOAD_POLICY
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole
from pikflow.web.studio.comparison import compare
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.table_form import ASKED, PAGE, acted, sheet_in
from pikflow.web.studio.texts import text_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWER = "antwort."  # before the name of a value to try out, in addresses


@dataclass(frozen=True)
class Rows:
    """The rules of a page: from (counted from 0), their number, the pages there are."""

    start: int
    count: int
    page: int
    pages: int


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The table ?tabelle, or that of a finding (?element), its rules page by page (?seite), tried
    out with ?antwort.<name>."""
    services = current_flow().services
    key = request.args.get("tabelle") or request.args.get("element", "")
    found = services.tables.view(actor, design, path, key)
    typed = {
        name.removeprefix(_ANSWER): value
        for name, value in request.args.items()
        if name.startswith(_ANSWER)
    }
    trial = None
    if typed:
        trial = services.tables.try_out(actor, design, path, found.sheet.decision, typed)
    return _page(actor, design, found, typed=typed, trial=trial)


def save(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Save the form, after doing what the button says."""
    tables = current_flow().services.tables
    key, seen = request.form.get("tabelle", ""), _version()
    before = tables.sheet(actor, design, path, key, seen)
    typed = sheet_in(request.form, before)
    done = acted(typed, request.form.get("tun", ""))
    try:
        tables.save(actor, design, path, done.sheet, seen)
    except FileChanged as fault:
        return _conflict(actor, design, path, typed, seen, fault.file)
    except Invalid as fault:
        return _refused(actor, design, path, typed, fault)
    if done.said:
        flash(translate(done.said), "pik")
    page = done.line // PAGE + 1 if done.line is not None else _number("seite")
    here: dict[str, Any] = {"tabelle": key, "seite": page if page > 1 else None}
    if done.tried:
        here |= {_ANSWER: "", **{f"{_ANSWER}{name}": text for name, text in _answers().items()}}
    address = url_for("pik.studio_table", design=design, path=path, _anchor=done.anchor, **here)
    return redirect(address, 303)


def _answers() -> dict[str, str]:
    return {
        name.removeprefix(ASKED): value.strip()[:500]
        for name, value in request.form.items()
        if name.startswith(ASKED)
    }


def _conflict(
    actor: Actor, design: int, path: str, typed: Sheet, seen: int, theirs: DesignFile
) -> ResponseReturnValue:
    """Somebody was faster: the table as it was typed, over what is stored now."""
    services = current_flow().services
    if len(typed.lines) > PAGE or theirs.removed:
        mine = services.tables.brought(actor, design, path, typed, seen)
        view = services.designs.view(actor, design)
        rows = compare(text_of(path, mine), text_of(path, theirs.data))
        page = render_template(
            "pik/studio/conflict.html", design=view, file=theirs, mine=mine.decode(), rows=rows
        )
        return page, 409
    found = services.tables.view(actor, design, path, typed.decision)
    rows = compare(_told(typed), _told(found.sheet))
    return _page(actor, design, replace(found, sheet=typed), differing=rows), 409


def _told(sheet: Sheet) -> str:
    """A table as lines of text, to be compared."""
    heads = [" | ".join(c.label or c.text for c in sheet.columns)]
    lines = [" | ".join([*line.cells, line.note]).rstrip(" |") for line in sheet.lines]
    return "\n".join([f"{sheet.name}, {sheet.policy} {sheet.aggregation}".strip(), *heads, *lines])


def _refused(
    actor: Actor, design: int, path: str, typed: Sheet, fault: Invalid
) -> ResponseReturnValue:
    """What can't be stored: said above the table, which is as it was typed."""
    found = current_flow().services.tables.view(actor, design, path, typed.decision)
    return _page(actor, design, replace(found, sheet=typed), faults=[fault]), 400


def _page(
    actor: Actor,
    design: int,
    found: TableView,
    *,
    typed: Mapping[str, str] | None = None,
    trial: Trial | None = None,
    faults: list[Any] | None = None,
    differing: Any = None,
) -> str:
    rows = _rows(found.sheet, whole=differing is not None)
    by_rule: dict[int, list[Problem]] = {}
    for problem in found.problems:
        by_rule.setdefault(max(problem.rules, default=0), []).append(problem)
    return render_template(
        "pik/studio/table.html",
        design=current_flow().services.designs.view(actor, design),
        table=found,
        file=found.file,
        sheet=found.sheet,
        rows=rows,
        problems=by_rule,
        typed=typed or {},
        trial=trial,
        hits=trial.hits if trial else (),
        faults=faults or [],
        differing=differing,
        editors=editors_for("dmn"),
        policies=HIT_POLICIES,
        aggregations=AGGREGATIONS,
        types=[*TYPES, *sorted({c.type for c in found.sheet.columns} - set(TYPES))],
        names=sorted({name.name for caller in found.callers for name in caller.names}),
        shown=shown,
    )


def _rows(sheet: Sheet, *, whole: bool) -> Rows:
    count = len(sheet.lines)
    if whole:
        return Rows(0, count, 1, 1)
    pages = max((count + PAGE - 1) // PAGE, 1)
    page = min(max(_number("seite"), 1), pages)
    return Rows((page - 1) * PAGE, min(PAGE, count - (page - 1) * PAGE), page, pages)


def shown(value: Any) -> str:
    """A result as people read it."""
    if value is None:
        return translate("nichts")
    if isinstance(value, bool):
        return translate("Ja") if value else translate("Nein")
    if isinstance(value, list):
        return "; ".join(map(shown, value)) if value else translate("leere Liste")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {shown(part)}" for name, part in value.items())
    return _plain(value)


def _plain(value: Any) -> str:
    from_type: dict[str, Callable[[Any], str]] = {"Decimal": _decimal, "date": _day}
    return from_type.get(type(value).__name__, str)(value)


def _decimal(value: Any) -> str:
    return format(value.normalize(), "f").replace(".", ",")


def _day(value: Any) -> str:
    return f"{value:%d.%m.%Y}"


# --- workbooks ---------------------------------------------------------------------------------


def workbook(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The table as XLSX."""
    key = request.args.get("tabelle", "")
    data = current_flow().services.tables.workbook(actor, design, path, key)
    response = Response(data, mimetype=_XLSX)
    name = path.rpartition("/")[2].removesuffix(".dmn")
    response.headers["Content-Disposition"] = content_disposition(f"{name}.xlsx")
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def fill(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The table as an uploaded XLSX says; nothing of one that is wrong."""
    tables = current_flow().services.tables
    key = request.form.get("tabelle", "")
    upload = request.files.get("mappe")
    try:
        if upload is None or not upload.filename:
            raise Invalid(
                "file-missing",
                translate("Es ist keine Datei ausgewählt."),
                translate("Wählen Sie eine XLSX-Datei aus."),
            )
        tables.take_workbook(actor, design, path, key, upload.read(), _version())
    except DefinitionInvalid as fault:
        found = tables.view(actor, design, path, key)
        return _page(actor, design, found, faults=list(fault.findings)), 400
    except FileChanged as fault:
        found = tables.view(actor, design, path, key)
        return _page(actor, design, found, faults=[fault]), 409
    except Invalid as fault:
        found = tables.view(actor, design, path, key)
        return _page(actor, design, found, faults=[fault]), 400
    flash(translate("Die Tabelle ist aus der Datei übernommen."), "pik")
    return redirect(url_for("pik.studio_table", design=design, path=path, tabelle=key), 303)


def _version() -> int:
    return read_whole(request.form.get("version", "")) or 0


def _number(name: str) -> int:
    return read_whole(request.values.get(name, "")) or 1


_HERE = "/werkstatt/<pikrow:design>/tabelle/<path:path>"
_BOOK = "/werkstatt/<pikrow:design>/mappe/<path:path>"
ROUTES = (
    Route(_HERE, "studio_table", show, "design.edit"),
    posted(_HERE, "studio_table_save", save, "design.edit"),
    Route(_BOOK, "studio_workbook", workbook, "design.edit"),
    posted(_BOOK, "studio_workbook_fill", fill, "design.edit"),
)
