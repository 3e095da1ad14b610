"""An open funding round: its deadline moved, its budget raised, with what that means beforehand."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.forms.types.number import read_number
from pikflow.identity import Actor
from pikflow.services.round_changes import Change, Wish, WishInvalid
from pikflow.services.studio.rate_drafts import read_day
from pikflow.texts import Sentence, say
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole

_CONTROLS = {"deadline": "antragsfrist", "budget": "budget", "reason": "grund", "": "antragsfrist"}


def show(actor: Actor, slug: str, round_id: int) -> ResponseReturnValue:
    """The round, and a form for what may change in it."""
    return _page(actor, slug, round_id)


def change(actor: Actor, slug: str, round_id: int) -> ResponseReturnValue:
    """Show what a change means, then do it."""
    rounds = current_flow().services.rounds
    try:
        wish = _wish()
        proposal = rounds.propose(actor, slug, round_id, wish)
        seen = read_whole(request.form.get("stand", ""))
        if request.form.get("aktion") != "aendern" or seen is None or not _shown(proposal):
            return _page(actor, slug, round_id, proposal=proposal)
        rounds.change(actor, slug, round_id, wish, seen)
    except WishInvalid as fault:
        problems = {_CONTROLS[field]: message for field, message in fault.errors.items()}
        return _page(actor, slug, round_id, problems=problems), 400
    flash(translate("Die Runde ist geändert. Alle, die sie sehen, lesen den Grund."), "pik")
    return redirect(url_for("pik.measure", slug=slug), 303)


def _shown(proposal: Change) -> bool:
    """Whether this is what the page before showed."""
    return request.form.get("gezeigt") == sign(proposal)


def sign(proposal: Change) -> str:
    return f"{proposal.deadline}/{proposal.budget}"


def _page(
    actor: Actor,
    slug: str,
    round_id: int,
    *,
    proposal: Change | None = None,
    problems: dict[str, Sentence] | None = None,
) -> str:
    return render_template(
        "pik/round.html",
        slug=slug,
        measure=current_flow().services.overview.measure(actor, slug).name,
        round=current_flow().services.rounds.view(actor, slug, round_id),
        typed=request.form,
        proposal=proposal,
        sign=sign(proposal) if proposal else "",
        problems=problems or {},
    )


def _wish() -> Wish:
    """What was typed; raises WishInvalid for what is no date or no amount."""
    errors: dict[str, Sentence] = {}
    given = request.form
    deadline: date | None = None
    try:
        day = given.get("antragsfrist", "").strip()
        deadline = read_day(day) if day else None
    except ValueError:
        errors["deadline"] = say("Geben Sie einen Tag an, zum Beispiel 31.01.2027.")
    budget = None
    try:
        budget = read_number(given.get("budget", ""))
    except ValueError:
        errors["budget"] = say("Geben Sie einen Betrag an, zum Beispiel 1.250.000,00.")
    if errors:
        raise WishInvalid(errors)
    return Wish(deadline, budget, given.get("grund", ""))


_HERE = "/massnahmen/<slug>/runden/<pikrow:round_id>"
ROUTES = (
    Route(_HERE, "round_change", show, "round.change"),
    posted(_HERE, "round_change_save", change, "round.change"),
)
