"""Deploy a design: what it changes, whether it may, the reason, and files changed elsewhere too."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Conflict
from pikflow.identity import Actor
from pikflow.services.studio.design_views import Meeting
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate, translate_many
from pikflow.web.numbers import read_whole
from pikflow.web.studio.comparison import Row, compare
from pikflow.web.studio.findings import grouped


@dataclass(frozen=True)
class Both:
    """A file changed in both places, line by line."""

    meeting: Meeting
    rows: tuple[Row, ...]


def show(actor: Actor, design: int) -> ResponseReturnValue:
    """What would change, before it does."""
    designs = current_flow().services.designs
    view, plan = designs.view(actor, design), designs.plan(actor, design)
    both = [Both(one, compare(_text(one.ours), _text(one.theirs))) for one in plan.meetings]
    steps = [(step, compare(_text(step.before), _text(step.after))) for step in plan.steps]
    return render_template(
        "pik/studio/deploy.html",
        design=view,
        plan=plan,
        both=both,
        steps=steps,
        found=grouped(view, plan.findings),
    )


def deploy(actor: Actor, design: int) -> ResponseReturnValue:
    """Make it a version."""
    deployed = current_flow().services.designs.deploy(
        actor,
        design,
        request.form.get("grund", ""),
        seen=read_whole(request.form.get("stand", "")),
    )
    count = len(deployed.fresh)
    flash(
        translate_many(
            "Eingespielt. %(num)d Ablauf hat eine neue Fassung.",
            "Eingespielt. %(num)d Abläufe haben eine neue Fassung.",
            count,
        ),
        "pik",
    )
    return redirect(url_for("pik.studio"), 303)


def catch_up(actor: Actor, design: int) -> ResponseReturnValue:
    """Go on from the newest deployment, with what was chosen for files changed in both."""
    choices = {
        name.removeprefix("wahl:"): {"meine": "mine", "andere": "theirs"}.get(value, "")
        for name, value in request.form.items()
        if name.startswith("wahl:")
    }
    newest = read_whole(request.form.get("neueste", ""))
    plan = redirect(url_for("pik.studio_plan", design=design), 303)
    try:
        current_flow().services.designs.catch_up(actor, design, choices, newest=newest)
    except Conflict as fault:  # the page of the plan shows what is to be chosen
        flash(f"{translate(fault.message)} {translate(fault.hint)}", "pik")
        return plan
    flash(translate("Der Entwurf beruht jetzt auf dem, was eingespielt ist."), "pik")
    return plan if choices else redirect(url_for("pik.studio_design", design=design), 303)


def _text(data: bytes | None) -> str:
    return "" if data is None else data.decode("utf-8", errors="replace")


ROUTES = (
    Route("/werkstatt/<pikrow:design>/einspielen", "studio_plan", show, "definition.deploy"),
    posted("/werkstatt/<pikrow:design>/einspielen", "studio_deploy", deploy, "definition.deploy"),
    posted("/werkstatt/<pikrow:design>/nachziehen", "studio_catch_up", catch_up, "design.edit"),
)
