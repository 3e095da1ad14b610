"""A case: where it stands, who is next, what was said, what can be done; and the list of cases."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pikflow.engine.diagram import draw
from pikflow.engine.model import Process
from pikflow.engine.outline import OutlineItem, outline
from pikflow.identity import Actor
from pikflow.services.views import CaseFilter, CaseList, ProcessPicture
from pikflow.web.context import may
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import pick, translate
from pikflow.web.lists import Chip, page_number
from pikflow.web.saved_filters import Attempt, SavedFilters, saved_filters
from pikflow.web.words import WORDS

_NEWEST = 8  # entries of the timeline that are shown unfolded
STATES = ("open", "completed", "cancelled", "closed")
# Fields of the filter and their names in the address.
FIELDS = {
    "massnahme": "measure",
    "phase": "phase",
    "stand": "state",
    "organisation": "organisation",
    "text": "text",
}


def show_all(actor: Actor) -> ResponseReturnValue:
    """The cases this person may see, filtered by what the address says; without filters, by the
    one this person wants first."""
    saved = _saved(actor)
    return saved.first() or _page(saved)


def _saved(actor: Actor) -> SavedFilters:
    return saved_filters(actor, "cases", "pik.cases")


def _page(saved: SavedFilters, attempt: Attempt | None = None) -> str:
    actor = saved.actor
    found = ask(actor, page=page_number())
    measures = tuple((m.slug, pick(m.name)) for m in current_flow().catalog.measures.values())
    values = values_of(found.filter)
    return render_template(
        "pik/cases.html",
        found=found,
        states=STATES,
        measures=measures,
        offers_children=not _only_reports(actor),
        values=values,
        chips=chips(found),
        saved=saved.panel(values, attempt),
    )


def save_filter(actor: Actor) -> ResponseReturnValue:
    """Keep the filters the address says."""
    chosen = read_filter(children=_only_reports(actor))
    return _saved(actor).save(values_of(chosen), _page)


def remove_filter(actor: Actor, filter_id: int) -> ResponseReturnValue:
    """Keep one no longer; the list stays as the address says."""
    return _saved(actor).remove(filter_id)


def ask(actor: Actor, *, page: int, size: int | None = None) -> CaseList:
    """The cases the address asks for."""
    chosen = read_filter(children=_only_reports(actor))
    return current_flow().services.cases.list(actor, filter=chosen, page=page, size=size)


def _only_reports(actor: Actor) -> bool:
    """Others apply for this kind of organisation; it takes part in their cases."""
    measures = current_flow().catalog.measures.values()
    applies = any(actor.organisation.kind in measure.applicants for measure in measures)
    return not applies and may("case.start") and not may("round.open")


def read_filter(*, children: bool) -> CaseFilter:
    """The filter the address asks for; unknown values filter nothing. `children` lists child cases
    anyway: for organisations that only ever have such, because others apply for them."""
    texts = {field: request.args.get(name, "").strip()[:100] for name, field in FIELDS.items()}
    if texts["state"] not in STATES:
        texts["state"] = ""
    year = request.args.get("jahr", "")
    return CaseFilter(
        **texts,
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        children=children or request.args.get("unter") == "1",
    )


def values_of(chosen: CaseFilter) -> dict[str, Any]:
    """The address of a filter."""
    texts = asdict(chosen)
    values = {name: texts[field] for name, field in FIELDS.items() if texts[field]}
    if chosen.year:
        values["jahr"] = str(chosen.year)
    return {**values, "unter": "1"} if chosen.children else values


def chips(found: CaseList) -> tuple[Chip, ...]:
    """The filters that are set, each with the address that takes it away."""
    chosen = found.filter
    names = {m.slug: pick(m.name) for m in current_flow().catalog.measures.values()}
    state = WORDS["state"].get(chosen.state, chosen.state)
    labels = {
        "measure": translate("Maßnahme: %(text)s", text=names.get(chosen.measure, chosen.measure)),
        "phase": translate("Phase: %(text)s", text=translate(chosen.phase)),
        "state": translate("Stand: %(text)s", text=translate(state)),
        "organisation": translate("Organisation: %(text)s", text=chosen.organisation),
        "text": translate("Suche: %(text)s", text=chosen.text),
        "year": translate("Jahr: %(text)s", text=chosen.year),
    }
    empty = CaseFilter()
    return tuple(
        Chip(label, _address(replace(chosen, **{field: getattr(empty, field)})))
        for field, label in labels.items()
        if getattr(chosen, field)
    )


def _address(chosen: CaseFilter) -> str:
    return url_for("pik.cases", **(values_of(chosen) or {"seite": 1}))


def show(actor: Actor, number: str) -> ResponseReturnValue:
    """Everything about one case on one page; `?bild=ganz` fits the diagram into the width."""
    case = current_flow().services.cases.view(actor, number)
    return render_template(
        "pik/case.html",
        case=case,
        drawing=drawing(case.picture),
        steps=steps(case.picture),
        leads_to_current=leads_to_current,
        newest=_NEWEST,
        whole=request.args.get("bild") == "ganz",
    )


def drawing(picture: ProcessPicture) -> Markup:
    """The diagram of the case's own process with where it stands; SVG made by us, escaped there."""
    model = next(model for model in picture.models if picture.process in model.processes)
    text = draw(model, process=picture.process, states=picture.states)
    return Markup(text)  # noqa: S704 - names from the BPMN are escaped by the drawer


def steps(picture: ProcessPicture) -> Sequence[OutlineItem]:
    """The text twin of the diagram, with the steps of the processes it calls."""
    processes = _processes(picture)
    return outline(processes[picture.process], picture.states, processes)


def leads_to_current(item: OutlineItem) -> bool:
    """The case stands at this step or at one inside it."""
    return item.state == "current" or any(leads_to_current(inner) for inner in item.children)


def _processes(picture: ProcessPicture) -> dict[str, Process]:
    return {name: process for model in picture.models for name, process in model.processes.items()}


def add_note(actor: Actor, number: str) -> ResponseReturnValue:
    """Write a note into the timeline."""
    current_flow().services.cases.add_note(actor, number, request.form.get("notiz", "").strip())
    flash(translate("Die Notiz steht im Verlauf."), "pik")
    return redirect(url_for("pik.case", number=number) + "#verlauf", 303)


ROUTES = (
    Route("/vorgaenge", "cases", show_all, "case.list"),
    posted("/vorgaenge/filter", "cases_filter", save_filter, "case.list"),
    posted(
        "/vorgaenge/filter/<pikrow:filter_id>/loeschen",
        "cases_unfilter",
        remove_filter,
        "case.list",
    ),
    Route("/vorgaenge/<number>", "case", show, "case.read"),
    posted("/vorgaenge/<number>/notiz", "case_note", add_note, "case.note"),
)
