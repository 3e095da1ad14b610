"""Actions the process offers on the case page, such as withdrawing an application."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web import forms
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole


def show(actor: Actor, number: str, offer_id: str) -> ResponseReturnValue:
    """What the action does, and its form when it has one."""
    event = current_flow().services.events.view(actor, number, offer_id)
    return render_template("pik/event.html", event=event, page=forms.open_event(event))


def send(actor: Actor, number: str, offer_id: str) -> ResponseReturnValue:
    """Carry the action out, after asking once more where it can't be undone."""
    event = current_flow().services.events.view(actor, number, offer_id)
    page = forms.read_event(event, request.form)
    if page is not None and page.problems:
        return render_template("pik/event.html", event=event, page=page), 422
    if event.offer.irreversible and request.form.get("_sure") != "1":
        kept = forms.kept_values(request.form)
        return render_template("pik/event_confirm.html", event=event, page=page, kept=kept)
    current_flow().services.events.send(
        actor,
        number,
        offer_id,
        page.answers if page is not None else {},
        version=read_whole(request.form.get("version", "")) or 0,
        key=request.form.get("key", ""),
    )
    flash(translate("Erledigt: %(task)s", task=event.offer.label or event.offer.name), "pik")
    return redirect(url_for("pik.case", number=number), 303)


ROUTES = (
    Route("/vorgaenge/<number>/aktion/<offer_id>", "event", show, "case.read"),
    posted("/vorgaenge/<number>/aktion/<offer_id>", "event_send", send, "case.read"),
)
