"""All addresses of pikflow in one place, put behind their guards on one blueprint per app."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from pikflow.web import (
    assigning,
    cases,
    context,
    errors,
    events,
    exports,
    files,
    headers,
    health,
    inbox,
    incidents,
    measures,
    preferences,
    requests,
    rounds,
    search,
    start,
    studio,
    tasks,
)
from pikflow.web.guards import Route, guarded
from pikflow.web.numbers import RowNumber

PAGES = (
    inbox,
    assigning,
    tasks,
    start,
    cases,
    events,
    exports,
    measures,
    rounds,
    search,
    files,
    incidents,
    studio,
    preferences,
    health,
)
ROUTES: tuple[Route, ...] = tuple(route for page in PAGES for route in page.ROUTES)


def create_blueprint(url_prefix: str) -> Blueprint:
    """A blueprint with every route behind its guard; `url_prefix` "" puts it at the root."""
    blueprint = Blueprint(
        "pik",
        "pikflow.web",
        url_prefix=url_prefix or None,
        static_folder="static",
        static_url_path="/pik-static",
        template_folder="templates",
    )
    blueprint.record_once(_know_row_numbers)
    for route in ROUTES:
        blueprint.add_url_rule(
            route.rule, route.endpoint, guarded(route), methods=list(route.methods)
        )
    requests.follow(blueprint)
    blueprint.context_processor(context.for_page)
    blueprint.after_request(headers.protect)
    errors.register(blueprint)
    return blueprint


def _know_row_numbers(state: BlueprintSetupState) -> None:
    """Add our kind of number, under a name of ours, to those the host's addresses know."""
    state.app.url_map.converters["pikrow"] = RowNumber
