"""The portal's own pages: sign-in, sign-out, and the demo's clock."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pikflow.host.clock import LONGEST_MOVE, DemoClock
from pikflow.host.demo import People
from pikflow.host.sessions import Sessions
from pikflow.web import requests
from pikflow.web.context import for_page
from pikflow.web.flow import current_flow
from pikflow.web.guards import check_token
from pikflow.web.headers import protect
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole
from pikflow.web.preferences import safe_target

# Whatever stands between browser and server must not make a foreign visitor look local.
_FORWARDING = (
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
_FORWARDED = "x-forwarded"  # how all others begin
_LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}


def create_portal(people: People, sessions: Sessions, clock: DemoClock) -> Blueprint:
    """The blueprint of the portal's own pages."""
    portal = Blueprint("portal", __name__, template_folder="templates")
    portal.context_processor(for_page)
    requests.follow(portal)
    portal.after_request(protect)

    @portal.get("/anmelden")
    def sign_in() -> ResponseReturnValue:
        if not current_flow().settings["PIKFLOW_DEMO"]:
            abort(404)
        return _sign_in_page(people, expired=sessions.is_expired())

    @portal.post("/anmelden")
    def sign_in_as() -> ResponseReturnValue:
        if not current_flow().settings["PIKFLOW_DEMO"]:
            abort(404)
        if not is_local() or not is_same_origin():
            abort(403)
        chosen = request.form.get("persona", "")
        if chosen not in {persona.actor.id for persona in people.personas}:
            return _sign_in_page(people, unknown=True), 400
        sessions.begin(chosen)
        return redirect(safe_target(request.form.get("weiter", "")), 303)

    @portal.post("/abmelden")
    def sign_out() -> ResponseReturnValue:
        check_token()
        sessions.end()
        flash(translate("Sie sind abgemeldet."), "pik")
        return redirect(url_for("portal.sign_in"), 303)

    @portal.get("/demo/zeit")
    def show_clock() -> ResponseReturnValue:
        _only_in_demo()
        return render_template("portal/clock.html", now=clock(), days=clock.days())

    @portal.post("/demo/zeit")
    def move_clock() -> ResponseReturnValue:
        _only_in_demo()
        check_token()
        typed = request.form.get("tage", "").strip()
        days = read_whole(typed)
        if days is None or not 1 <= days <= LONGEST_MOVE:
            page = render_template(
                "portal/clock.html", now=clock(), days=clock.days(), typed=typed, wrong=True
            )
            return page, 400
        clock.advance(days)
        current_flow().services.timers.fire_due()
        flash(translate("Die Uhr der Demo geht jetzt vor. Fällige Fristen sind ausgelöst."), "pik")
        return redirect(url_for("portal.show_clock"), 303)

    return portal


def is_local() -> bool:
    """The request comes from this very machine, directly, and asks for it by a local name.

    The name is looked at too, so that a foreign page can't reach the portal by pointing its own
    name at 127.0.0.1.
    """
    if any(name in request.headers for name in _FORWARDING):
        return False
    if any(name.lower().startswith(_FORWARDED) for name in request.headers.keys()):  # noqa: SIM118
        return False
    try:
        direct = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return direct and (urlsplit(f"//{request.host}").hostname or "") in _LOCAL_NAMES


def is_same_origin() -> bool:
    """A browser that names the page a form came from names one of ours.

    This is the sign-in's protection against forged forms: before it there is no session whose
    rights a foreign page could use, and so no token either.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def _sign_in_page(people: People, **values: object) -> str:
    return render_template(
        "portal/sign_in.html",
        personas=people.personas,
        kind_names=current_flow().catalog.kinds,
        local=is_local(),
        target=request.values.get("weiter", ""),
        **values,
    )


def _only_in_demo() -> None:
    if not current_app.config.get("PIKFLOW_DEMO"):
        abort(404)
    if not is_local():
        abort(403)
    if not current_user.is_authenticated:
        abort(401)
