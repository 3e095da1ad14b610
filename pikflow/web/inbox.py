"""The inbox: open tasks by urgency, as a table, with filters that are part of the address."""

from dataclasses import asdict, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.services.views import Inbox, InboxFilter, TaskView
from pikflow.web.context import menu
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.lists import Chip, page_number
from pikflow.web.saved_filters import Attempt, SavedFilters, saved_filters

# The names in the address, German like everything people read, and the filter's fields.
VIEW_NAMES: dict[TaskView, str] = {
    "mine": "meine",
    "team": "team",
    "unassigned": "frei",
    "all": "alle",
}
FIELDS = {"massnahme": "measure", "phase": "phase", "organisation": "organisation", "text": "text"}


def home(actor: Actor) -> ResponseReturnValue:
    """The first page of this person's menu."""
    entries = menu(actor)
    return redirect(entries[0].url if entries else url_for("pik.measures"))


def show(actor: Actor) -> ResponseReturnValue:
    """One view of the inbox with its filters; without any, the one this person wants first."""
    saved = _saved(actor)
    return saved.first() or _page(saved)


def _saved(actor: Actor) -> SavedFilters:
    return saved_filters(actor, "tasks", "pik.inbox")


def _page(saved: SavedFilters, attempt: Attempt | None = None) -> str:
    inbox = ask(saved.actor, page=page_number())
    values = values_of(inbox.view, inbox.filter)
    return render_template(
        "pik/inbox.html",
        inbox=inbox,
        views=VIEW_NAMES,
        values=values,
        chips=chips(inbox),
        saved=saved.panel(values, attempt),
    )


def save_filter(actor: Actor) -> ResponseReturnValue:
    """Keep the filters the address says."""
    return _saved(actor).save(values_of(asked_view() or "mine", read_filter()), _page)


def remove_filter(actor: Actor, filter_id: int) -> ResponseReturnValue:
    """Keep one no longer; the list stays as the address says."""
    return _saved(actor).remove(filter_id)


def ask(actor: Actor, *, page: int, size: int | None = None) -> Inbox:
    """What the address asks for; without a choice of view one's own tasks, if there are any."""
    asked, chosen = asked_view(), read_filter()
    tasks = current_flow().services.tasks
    inbox = tasks.inbox(actor, view=asked or "mine", filter=chosen, page=page, size=size)
    if asked is None and not inbox.counts["mine"]:
        inbox = tasks.inbox(actor, view="all", filter=chosen, page=page, size=size)
    return inbox


def asked_view() -> TaskView | None:
    """The view the address asks for, None when it leaves the choice."""
    name = request.args.get("ansicht", "")
    return next((view for view, known in VIEW_NAMES.items() if known == name), None)


def read_filter() -> InboxFilter:
    """The filter the address asks for."""
    return InboxFilter(
        **{field: request.args.get(name, "").strip()[:100] for name, field in FIELDS.items()}
    )


def values_of(view: TaskView, chosen: InboxFilter) -> dict[str, Any]:
    """The address of a view with its filters."""
    names = {field: name for name, field in FIELDS.items()}
    values = {names[field]: text for field, text in asdict(chosen).items() if text}
    return {"ansicht": VIEW_NAMES[view], **values}


def chips(inbox: Inbox) -> tuple[Chip, ...]:
    """The filters that are set, each with the address that takes it away."""
    chosen, view = inbox.filter, inbox.view
    measures = dict(inbox.measures)
    labels = {
        "measure": translate(
            "Maßnahme: %(text)s", text=measures.get(chosen.measure, chosen.measure)
        ),
        "phase": translate("Phase: %(text)s", text=translate(chosen.phase)),
        "organisation": translate("Organisation: %(text)s", text=chosen.organisation),
        "text": translate("Suche: %(text)s", text=chosen.text),
    }
    return tuple(
        Chip(labels[field], url_for("pik.inbox", **values_of(view, replace(chosen, **{field: ""}))))
        for field, text in asdict(chosen).items()
        if text
    )


ROUTES = (
    Route("/", "home", home, "own.settings"),
    Route("/aufgaben", "inbox", show, "task.list"),
    posted("/aufgaben/filter", "inbox_filter", save_filter, "task.list"),
    posted(
        "/aufgaben/filter/<pikrow:filter_id>/loeschen", "inbox_unfilter", remove_filter, "task.list"
    ),
)
