"""What keeps cases from going on, for administrators: no case data, a button to try again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate


def show_all(actor: Actor) -> ResponseReturnValue:
    """The open incidents, oldest first."""
    return render_template(
        "pik/incidents.html", incidents=current_flow().services.incidents.list(actor)
    )


def retry(actor: Actor, incident_id: int) -> ResponseReturnValue:
    """Try once more what failed."""
    current_flow().services.incidents.retry(actor, incident_id)
    flash(translate("Der Schritt wird noch einmal versucht."), "pik")
    return redirect(url_for("pik.incidents"), 303)


ROUTES = (
    Route("/betrieb", "incidents", show_all, "incident.read"),
    posted("/betrieb/<pikrow:incident_id>", "incident_retry", retry, "incident.retry"),
)
