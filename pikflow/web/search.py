"""Search from every page: a case number leads straight to the case, anything else to a list."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.services.views import CaseFilter
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route
from pikflow.web.lists import page_number


def find(actor: Actor) -> ResponseReturnValue:
    """Cases by number, organisation name or AGS, as far as this person may see them."""
    text = request.args.get("q", "").strip()[:100]
    if not text:
        return render_template("pik/search.html", text="", found=None)
    filters = CaseFilter(text=text, children=True)
    found = current_flow().services.cases.list(actor, filter=filters, page=page_number())
    if found.total == 1 and found.rows[0].number.casefold() == text.casefold():
        return redirect(url_for("pik.case", number=found.rows[0].number))
    return render_template("pik/search.html", text=text, found=found)


ROUTES = (Route("/suche", "search", find, "search"),)
