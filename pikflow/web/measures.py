"""The measures, and how each stands: rounds, cases per phase, amounts, waiting times."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route


def show_all(actor: Actor) -> ResponseReturnValue:
    """All measures, as far as this person sees them."""
    return render_template(
        "pik/measures.html", measures=current_flow().services.overview.measures(actor)
    )


def show(actor: Actor, slug: str) -> ResponseReturnValue:
    """One measure: rounds, figures, waiting times, what this person may start."""
    return render_template(
        "pik/measure.html", measure=current_flow().services.overview.measure(actor, slug)
    )


ROUTES = (
    Route("/massnahmen", "measures", show_all, "measure.read"),
    Route("/massnahmen/<slug>", "measure", show, "measure.read"),
)
