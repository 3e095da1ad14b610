"""Every address, as every persona, on every case, compared with the table of permissions.

What the table says is worked out here from the bare facts of a case; what the pages do is asked
through them. A person who may not know of something gets the page of a thing that is not there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow import permissions
from pikflow.host import demo
from pikflow.identity import Actor
from pikflow.permissions import Facts
from pikflow.services import Services
from pikflow.services.access import facts_of
from pikflow.services.views import CaseFilter
from pikflow.store import cases, files, histories, tasks
from pikflow.web.blueprint import ROUTES
from pikflow.web.guards import PUBLIC, Route

SignIn = Callable[[str], FlaskClient]
PEOPLE = demo.load()
PERSONAS = [persona.actor.id for persona in PEOPLE.personas]
TABLE = Path(__file__).parents[2] / "data/foreign/dmn/c7-any.dmn"
OF_TABLES = ("studio_table", "studio_workbook", "studio_dmn")
# Addresses without a case, task or file in them; the guard alone decides.
PLAIN = [route for route in ROUTES if "<" not in route.rule and route.permission != PUBLIC]


@dataclass(frozen=True)
class Thing:
    """A case or one of its open tasks: how its address is filled in, and its facts."""

    values: dict[str, str]
    facts: Facts


@pytest.fixture(scope="module")
def services(stage: Flask) -> Services:
    return stage.extensions["pikflow"].services


@pytest.fixture(scope="module")
def known(services: Services) -> dict[str, list[Thing]]:
    """All cases and all open tasks of the stage."""
    found: dict[str, list[Thing]] = {"case": [], "task": []}
    with services.environment.query() as unit:
        for task in tasks.all_open(unit.connection):
            case = cases.by_id(unit.connection, task.instance_id)
            found["task"].append(Thing({"task_id": task.id}, facts_of(unit, case, task)))
        for number in numbers_of(services):
            case = cases.by_number(unit.connection, number)
            found["case"].append(Thing({"number": number}, facts_of(unit, case)))
    return found


def numbers_of(services: Services) -> list[str]:
    """The numbers of all cases, child cases among them, as somebody who reads everything sees."""
    everything = CaseFilter(children=True)
    found = services.cases.list(PEOPLE.actors["revision"], filter=everything, size=1000)
    return [row.number for row in found.rows]


def test_the_stage_has_owners_measures_and_child_cases(known: dict[str, list[Thing]]) -> None:
    assert len({thing.facts.measure for thing in known["case"]}) == 3
    assert len({thing.facts.line for thing in known["case"]}) > 10
    assert any(thing.facts.carrier for thing in known["case"])


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("route", PLAIN, ids=lambda route: f"{route.methods[0]} {route.rule}")
def test_an_address_opens_for_whom_the_table_says(
    stage: Flask, services: Services, sign_in: SignIn, persona: str, route: Route
) -> None:
    allowed = permissions.may(PEOPLE.actors[persona], route.permission, services.catalog)
    status = ask(sign_in(persona), route, route.rule)
    assert (status != 403) is allowed


@pytest.mark.parametrize("persona", PERSONAS)
def test_cases_and_tasks_show_to_whom_the_table_says(
    services: Services, known: dict[str, list[Thing]], sign_in: SignIn, persona: str
) -> None:
    browser, actor, catalog = sign_in(persona), PEOPLE.actors[persona], services.catalog
    for route, thing in pairs(known, "GET"):
        seen = permissions.may(actor, route.permission, catalog, thing.facts)
        address = filled(route, thing)
        status = browser.get(address).status_code
        if not permissions.may(actor, route.permission, catalog):
            assert status == 403, (persona, address)
        elif route.endpoint == "event":
            assert status in {404, 409}, (persona, address)  # no action is named like this
        else:
            assert status == (200 if seen else 404), (persona, address)


@pytest.mark.parametrize("persona", PERSONAS)
def test_nobody_changes_what_the_table_does_not_give_them(
    services: Services, known: dict[str, list[Thing]], sign_in: SignIn, persona: str
) -> None:
    browser, actor, catalog = sign_in(persona), PEOPLE.actors[persona], services.catalog
    token = token_of(browser)
    before = written(services)
    for route, thing in pairs(known, "POST"):
        if permissions.may(actor, route.permission, catalog, thing.facts):
            continue
        data = {"csrf_token": token, "_action": "submit", "_sure": "1", "notiz": "Fremd"}
        status = browser.post(filled(route, thing), data=data).status_code
        assert status in {403, 404, 409}, (persona, filled(route, thing))
    assert written(services) == before


@pytest.mark.parametrize("persona", PERSONAS)
def test_reading_changes_nothing(
    services: Services, known: dict[str, list[Thing]], sign_in: SignIn, persona: str
) -> None:
    browser = sign_in(persona)
    before = written(services)
    for route in PLAIN:
        if "GET" in route.methods:
            browser.get(route.rule)
    for route, thing in pairs(known, "GET"):
        browser.get(filled(route, thing))
    assert written(services) == before


@pytest.mark.parametrize("persona", PERSONAS)
def test_lists_hold_exactly_the_cases_one_may_open(
    services: Services, known: dict[str, list[Thing]], sign_in: SignIn, persona: str
) -> None:
    actor, catalog = PEOPLE.actors[persona], services.catalog
    if not permissions.may(actor, "case.list", catalog):
        return
    visible = {
        thing.values["number"]
        for thing in known["case"]
        if permissions.may(actor, "case.read", catalog, thing.facts)
    }
    browser, listed, page = sign_in(persona), set(), 1
    while fresh := numbers(browser.get(f"/vorgaenge?unter=1&seite={page}")) - listed:
        listed |= fresh
        page += 1
    assert listed == visible


@pytest.mark.parametrize("persona", PERSONAS)
def test_files_open_with_their_case(services: Services, sign_in: SignIn, persona: str) -> None:
    actor, catalog = PEOPLE.actors[persona], services.catalog
    browser = sign_in(persona)
    with services.environment.query() as unit:
        stored = [
            (file.id, facts_of(unit, case))
            for case in (cases.by_number(unit.connection, n) for n in numbers_of(services))
            for file in files.of_case(unit.connection, case.id)
        ]
    assert stored
    for file_id, facts in stored:
        answer = browser.get(f"/dateien/{file_id}")
        if not permissions.may(actor, "file.read", catalog):
            assert answer.status_code == 403
        elif permissions.may(actor, "file.read", catalog, facts):
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.mimetype == "application/octet-stream"
        else:
            assert answer.status_code == 404


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("shared", [False, True], ids=["private", "shared"])
def test_designs_open_for_their_owner_and_when_shared_for_all_who_design(
    services: Services, sign_in: SignIn, persona: str, shared: bool
) -> None:
    owner, path, table = PEOPLE.actors["admin"], "workflows/catalog.yaml", "workflows/satz.dmn"
    design = services.designs.start(owner, "Von der Administration")
    services.designs.save(owner, design, table, TABLE.read_bytes(), 0)
    services.designs.share(owner, design, shared)
    before = services.designs.view(owner, design)
    slug, rate = next(
        (slug, rate.name)
        for slug in services.catalog.measures
        for rate in services.rates.view(owner, design, slug, 2026).rates
    )
    values = {"pikrow:design": str(design), "slug": slug, "owner": slug, "name": rate}
    actor, browser = PEOPLE.actors[persona], sign_in(persona)
    seen = shared or actor.id == owner.id
    for route in ROUTES:
        if "<pikrow:design>" not in route.rule or "GET" not in route.methods:
            continue
        values["path:path"] = table if route.endpoint in OF_TABLES else path
        address = re.sub(r"<([^>]+)>", lambda match: values[match[1]], route.rule)
        status = browser.get(address).status_code
        if not permissions.may(actor, route.permission, services.catalog):
            assert status == 403, address
        else:
            assert status == (200 if seen else 404), address
    assert services.designs.view(owner, design) == before


@pytest.mark.parametrize("persona", PERSONAS)
def test_nobody_changes_a_design_that_is_not_theirs(
    services: Services, sign_in: SignIn, persona: str
) -> None:
    owner, path = PEOPLE.actors["admin"], "workflows/catalog.yaml"
    design = services.designs.start(owner, "Von der Administration")
    if persona == owner.id:
        return
    browser = sign_in(persona)
    token, before = token_of(browser), services.designs.view(owner, design)
    for route in ROUTES:
        if "<pikrow:design>" not in route.rule or route.methods == ("GET",):
            continue
        address = route.rule.replace("<pikrow:design>", str(design)).replace("<path:path>", path)
        body = {"path": path, "text": "x", "seen": 0}
        sent: dict[str, object] = {"data": {"csrf_token": token, "version": "0", "grund": "x"}}
        if route.endpoint in ("studio_save", "studio_check", "studio_here"):
            sent = {"json": body, "headers": {"X-CSRFToken": token}}
        answer = browser.open(address, method=route.methods[0], **sent)
        assert answer.status_code in {400, 403, 404}, address
    assert services.designs.view(owner, design) == before


def pairs(known: dict[str, list[Thing]], method: str) -> Iterator[tuple[Route, Thing]]:
    """Every address with a case or task in it, for every case or task."""
    for route in ROUTES:
        if method in route.methods:
            kind = (
                "task" if "<task_id>" in route.rule else "case" if "<number>" in route.rule else ""
            )
            for thing in known.get(kind, ()):
                yield route, thing


def filled(route: Route, thing: Thing) -> str:
    values = {**thing.values, "offer_id": "nichts"}
    return re.sub(r"<(\w+)>", lambda match: values[match[1]], route.rule)


def ask(browser: FlaskClient, route: Route, address: str) -> int:
    """The status of an address; a form is posted empty, with its token."""
    if "GET" in route.methods:
        return browser.get(address).status_code
    return browser.post(address, data={"csrf_token": token_of(browser)}).status_code


def token_of(browser: FlaskClient) -> str:
    page = browser.get("/massnahmen").get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def numbers(page: object) -> set[str]:
    text = page.get_data(as_text=True)  # type: ignore[attr-defined]
    return set(re.findall(r'href="/vorgaenge/([A-Z]{2}-[^"/?]+)"', text))


def written(services: Services) -> list[object]:
    """What would have changed: every row of history, tasks, drafts and cases."""
    with services.environment.query() as unit:
        open_tasks = tasks.all_open(unit.connection)
        ids = sorted({task.instance_id for task in open_tasks})
        found: list[object] = [open_tasks]
        for case_id in ids:
            found.append(cases.by_id(unit.connection, case_id))
            found.append(histories.of_case(unit.connection, case_id))
        found += [histories.draft_of(unit.connection, task.id) for task in open_tasks]
        return found


def test_a_new_actor_is_nobody_until_the_table_knows_a_role(services: Services) -> None:
    stranger = Actor("x", "Niemand", PEOPLE.actors["rp"].organisation, frozenset({"gast"}))
    allowed = [
        name for name in permissions.TABLE if permissions.may(stranger, name, services.catalog)
    ]
    assert allowed == ["own.settings"]
