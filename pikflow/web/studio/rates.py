"""Rates: what is set per measure and year, with its history; a new value, and what it changes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid
from pikflow.forms.types.number import write_number
from pikflow.identity import Actor
from pikflow.services.parameters import EVERYWHERE
from pikflow.services.studio.rate_drafts import ROWS, DraftInvalid
from pikflow.services.studio.rate_views import Draft, Proposal, Rate
from pikflow.texts import say
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole

_LABELS = {"day": "ab", "value": "wert", "reason": "grund"}  # field of a draft -> its control


def show_all(actor: Actor, design: int) -> ResponseReturnValue:
    """The rates of one measure, or those for all, in a year."""
    services = current_flow().services
    owner = request.args.get("massnahme", "") or EVERYWHERE
    view = services.rates.view(actor, design, owner, read_whole(request.args.get("jahr", "")))
    return render_template(
        "pik/studio/rates.html",
        design=services.designs.view(actor, design),
        view=view,
        everywhere=EVERYWHERE,
    )


def show(actor: Actor, design: int, owner: str, name: str) -> ResponseReturnValue:
    """One rate: what held when, and the form for another value."""
    rate = current_flow().services.rates.rate(actor, design, owner, name)
    return _page(actor, design, rate, _begun(rate))


def change(actor: Actor, design: int, owner: str, name: str) -> ResponseReturnValue:
    """Show what a value would change, then save it; or one more row to type into."""
    rates = current_flow().services.rates
    rate, draft = rates.rate(actor, design, owner, name), _typed()
    if request.form.get("aktion") == "zeile":
        return _page(actor, design, rate, draft, blank=True)
    try:
        proposal = rates.propose(actor, design, owner, name, draft)
        shown = request.form.get("gezeigt", "")
        if request.form.get("aktion") != "speichern" or shown != proposal.sign:
            return _page(actor, design, rate, draft, proposal=proposal)
        rates.add(actor, design, owner, name, draft)
    except DraftInvalid as fault:
        return _page(actor, design, rate, draft, errors=fault.errors), 400
    flash(
        translate("Der Wert steht im Entwurf. Er gilt, sobald der Entwurf eingespielt ist."), "pik"
    )
    return redirect(url_for("pik.studio_rate", design=design, owner=owner, name=name), 303)


def take_back(actor: Actor, design: int, owner: str, name: str) -> ResponseReturnValue:
    """Take a value out of the design that it brought."""
    try:
        day = date.fromisoformat(request.form.get("ab", ""))
    except ValueError:
        raise Invalid("body-invalid", say("Die Anfrage war unvollständig.")) from None
    current_flow().services.rates.take_back(actor, design, owner, name, day)
    flash(translate("Der Wert ist aus dem Entwurf genommen."), "pik")
    return redirect(url_for("pik.studio_rates", design=design, massnahme=owner), 303)


def _page(
    actor: Actor,
    design: int,
    rate: Rate,
    draft: Draft,
    *,
    proposal: Proposal | None = None,
    errors: Mapping[str, str] | None = None,
    blank: bool = False,
) -> str:
    services = current_flow().services
    rows = list(draft.rows) or [{}]
    if blank and len(rows) < ROWS:
        rows.append({})
    problems = {_control(field): message for field, message in (errors or {}).items()}
    measure = current_flow().catalog.measures.get(rate.owner)
    return render_template(
        "pik/studio/rate.html",
        design=services.designs.view(actor, design),
        rate=rate,
        draft=draft,
        rows=rows,
        proposal=proposal,
        problems=problems,
        everywhere=EVERYWHERE,
        measure=measure.name.get("de", rate.owner) if measure else rate.owner,
    )


def _control(field: str) -> str:
    """The id of the control an error belongs to."""
    return _LABELS.get(field, f"zeile-{field}")


def _begun(rate: Rate) -> Draft:
    """What the form begins with: a text and a table are changed, a number is typed anew."""
    if rate.shape == "rows":
        rows = tuple({key: _written(value) for key, value in row.items()} for row in rate.newest)
        return Draft(rows=rows)
    return Draft(value=rate.newest if rate.shape == "text" else "")


def _written(value: Any) -> str:
    return write_number(value) if isinstance(value, Decimal) else str(value)


def _typed() -> Draft:
    given = request.form
    rows: dict[int, dict[str, str]] = {}
    for name, value in given.items():
        part, _, column = name.removeprefix("zeile-").partition("-")
        number = read_whole(part)
        if name.startswith("zeile-") and number is not None and number < ROWS:
            rows.setdefault(number, {})[column] = value
    return Draft(
        day=given.get("ab", ""),
        value=given.get("wert", ""),
        rows=tuple(rows[number] for number in sorted(rows)),
        reason=given.get("grund", ""),
        mark=given.get("beleg", ""),
    )


_HERE = "/werkstatt/<pikrow:design>/saetze"
_ONE = f"{_HERE}/<owner>/<name>"
ROUTES = (
    Route(_HERE, "studio_rates", show_all, "design.edit"),
    Route(_ONE, "studio_rate", show, "design.edit"),
    posted(_ONE, "studio_rate_change", change, "design.edit"),
    posted(f"{_ONE}/zuruecknehmen", "studio_rate_take_back", take_back, "design.edit"),
)
