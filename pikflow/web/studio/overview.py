"""The Werkstatt: one's own and shared designs, what was deployed so far, and a new design."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted


def show(actor: Actor) -> ResponseReturnValue:
    """Open designs first, then what was deployed, then what was put aside."""
    designs = current_flow().services.designs
    found = designs.list(actor, states=("open", "discarded"))
    return render_template(
        "pik/studio/overview.html",
        open_designs=[head for head in found if head.state == "open"],
        discarded=[head for head in found if head.state == "discarded"],
        deployments=designs.deployments(actor),
    )


def start(actor: Actor) -> ResponseReturnValue:
    """Begin a design and open it."""
    design = current_flow().services.designs.start(actor, request.form.get("titel", ""))
    return redirect(url_for("pik.studio_design", design=design), 303)


ROUTES = (
    Route("/werkstatt", "studio", show, "design.edit"),
    posted("/werkstatt", "studio_start", start, "design.edit"),
)
