"""Several tasks given to one person at once: chosen in the inbox, confirmed on an own page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import PikFlowError
from pikflow.identity import Actor
from pikflow.services.views import TaskLine
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate, translate_many


def choose(actor: Actor) -> ResponseReturnValue:
    """The chosen tasks, and to whom they can go."""
    found = current_flow().services.tasks.assignable(actor, request.args.getlist("aufgabe"))
    if not found.tasks:
        flash(translate("Kreuzen Sie zuerst an, welche Aufgaben Sie zuweisen."), "pik")
        return redirect(url_for("pik.inbox", ansicht="alle"), 303)
    return render_template("pik/assign.html", found=found)


def assign(actor: Actor) -> ResponseReturnValue:
    """Give each task to the person; one that is refused holds up none of the others."""
    services, person = current_flow().services, request.form.get("person", "")
    found = services.tasks.assignable(actor, request.form.getlist("aufgabe"))
    refused = [said for task in found.tasks if (said := _refused(actor, task, person))]
    count = len(found.tasks) - len(refused)
    said = translate_many("%(num)d Aufgabe zugewiesen.", "%(num)d Aufgaben zugewiesen.", count)
    for line in (said, *refused):
        flash(line, "pik")
    return redirect(url_for("pik.inbox", ansicht="alle"), 303)


def _refused(actor: Actor, task: TaskLine, person: str) -> str:
    """Why a task stays where it is, "" when it is assigned."""
    try:
        current_flow().services.tasks.assign(actor, task.id, person)
    except PikFlowError as fault:
        reason = translate(fault.message)
        return translate(
            "%(number)s bleibt, wie es ist. %(reason)s", number=task.number, reason=reason
        )
    return ""


ROUTES = (
    Route("/aufgaben/zuweisen", "tasks_choose", choose, "task.assign"),
    posted("/aufgaben/zuweisen", "tasks_assign", assign, "task.assign"),
)
