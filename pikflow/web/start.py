"""Start a case: the measures this person's organisation may start, and why not the others."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow import permissions
from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole


def show(actor: Actor) -> ResponseReturnValue:
    """What can be started now, what exists already, and what can't be started, with the rule."""
    flow = current_flow()
    offers = flow.services.cases.startable(actor)
    opens_rounds = permissions.may(actor, "round.open", flow.catalog)
    return render_template(
        "pik/start.html",
        round_measures=list(flow.catalog.measures.values()) if opens_rounds else [],
        open_offers=[offer for offer in offers if offer.allowed],
        closed_offers=[offer for offer in offers if not offer.allowed],
    )


def begin(actor: Actor) -> ResponseReturnValue:
    """Start a case, or go to the one that is there already: a second click starts nothing."""
    started = current_flow().services.cases.start(
        actor,
        measure=request.form.get("massnahme", ""),
        round_id=read_whole(request.form.get("runde", "")),
    )
    if started.created:
        flash(translate("Der Vorgang %(number)s ist angelegt.", number=started.number), "pik")
    else:
        flash(translate("Diesen Vorgang gibt es schon: %(number)s.", number=started.number), "pik")
    if started.task_id:
        return redirect(url_for("pik.task", task_id=started.task_id), 303)
    return redirect(url_for("pik.case", number=started.number), 303)


def begin_round(actor: Actor, slug: str) -> ResponseReturnValue:
    """Begin the process that opens a funding round of a measure."""
    started = current_flow().services.cases.start_round(actor, slug)
    flash(translate("Der Vorgang %(number)s ist angelegt.", number=started.number), "pik")
    return redirect(url_for("pik.task", task_id=started.task_id), 303)


ROUTES = (
    Route("/vorgaenge/neu", "start", show, "case.start"),
    posted("/vorgaenge/neu", "begin", begin, "case.start"),
    posted("/massnahmen/<slug>/runde", "begin_round", begin_round, "round.open"),
)
