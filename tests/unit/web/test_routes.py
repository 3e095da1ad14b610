"""Every address with its guard, in one list. A new route without an entry here fails."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow import permissions
from pikflow.web.blueprint import ROUTES
from pikflow.web.guards import PUBLIC

GUARDS = {
    ("GET", "/"): "own.settings",
    ("GET", "/aufgaben"): "task.list",
    ("POST", "/aufgaben/filter"): "task.list",
    ("POST", "/aufgaben/filter/<pikrow:filter_id>/loeschen"): "task.list",
    ("GET", "/aufgaben.xlsx"): "task.list",
    ("GET", "/aufgaben.csv"): "task.list",
    ("GET", "/aufgaben/zuweisen"): "task.assign",
    ("POST", "/aufgaben/zuweisen"): "task.assign",
    ("GET", "/aufgaben/<task_id>"): "task.read",
    ("POST", "/aufgaben/<task_id>"): "task.work",
    ("POST", "/aufgaben/<task_id>/entwurf"): "task.work",
    ("POST", "/aufgaben/<task_id>/uebernehmen"): "task.work",
    ("POST", "/aufgaben/<task_id>/zurueckgeben"): "task.work",
    ("POST", "/aufgaben/<task_id>/zuweisen"): "task.assign",
    ("POST", "/aufgaben/<task_id>/wiedervorlage"): "task.work",
    ("POST", "/aufgaben/<task_id>/erinnern"): "task.work",
    ("POST", "/aufgaben/<task_id>/weiter"): "task.work",
    ("GET", "/vorgaenge"): "case.list",
    ("POST", "/vorgaenge/filter"): "case.list",
    ("POST", "/vorgaenge/filter/<pikrow:filter_id>/loeschen"): "case.list",
    ("GET", "/vorgaenge.xlsx"): "case.list",
    ("GET", "/vorgaenge.csv"): "case.list",
    ("GET", "/vorgaenge/neu"): "case.start",
    ("POST", "/vorgaenge/neu"): "case.start",
    ("GET", "/vorgaenge/<number>"): "case.read",
    ("GET", "/vorgaenge/<number>/erledigt"): "case.read",
    ("POST", "/vorgaenge/<number>/notiz"): "case.note",
    ("GET", "/vorgaenge/<number>/aktion/<offer_id>"): "case.read",
    ("POST", "/vorgaenge/<number>/aktion/<offer_id>"): "case.read",
    ("GET", "/massnahmen"): "measure.read",
    ("GET", "/massnahmen/<slug>"): "measure.read",
    ("POST", "/massnahmen/<slug>/runde"): "round.open",
    ("GET", "/massnahmen/<slug>/runden/<pikrow:round_id>"): "round.change",
    ("POST", "/massnahmen/<slug>/runden/<pikrow:round_id>"): "round.change",
    ("GET", "/suche"): "search",
    ("GET", "/dateien/<file_id>"): "file.read",
    ("GET", "/betrieb"): "incident.read",
    ("POST", "/betrieb/<pikrow:incident_id>"): "incident.retry",
    ("GET", "/werkstatt"): "design.edit",
    ("POST", "/werkstatt"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/titel"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/teilen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/ablegen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/zurueckholen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/neu"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/entfernen/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/verwerfen/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/aufnehmen"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/alles.zip"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/herunterladen/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/einspielen"): "definition.deploy",
    ("POST", "/werkstatt/<pikrow:design>/einspielen"): "definition.deploy",
    ("POST", "/werkstatt/<pikrow:design>/nachziehen"): "design.edit",
    ("GET", "/formularsprache.json"): "public",
    ("GET", "/werkstatt/<pikrow:design>/formular/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/formular/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/vorschau/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/vorschau/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/diagramm/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/diagramm/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/diagrammfassung/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/text/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/schritte/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/text/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/schritte/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/datei/<path:path>"): "design.edit",
    ("PUT", "/werkstatt/<pikrow:design>/datei/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/befunde"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/da"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/saetze"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/saetze/<owner>/<name>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/saetze/<owner>/<name>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/saetze/<owner>/<name>/zuruecknehmen"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/katalog"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/massnahmen"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/katalog/massnahmen/<slug>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/massnahmen/<slug>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/massnahmen/<slug>/verschieben"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/massnahmen/<slug>/kopieren"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/massnahmen/<slug>/entfernen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/bahnen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/bahnen/entfernen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/katalog/rollen"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/tabelle/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/tabelle/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/mappe/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/mappe/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/dmn/<path:path>"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/dmn/<path:path>"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/uebernehmen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/uebernehmen"): "design.edit",
    ("POST", "/werkstatt/<pikrow:design>/uebernehmen/ja"): "design.edit",
    ("GET", "/werkstatt/<pikrow:design>/uebernehmen/hinweise"): "design.edit",
    ("POST", "/einstellungen"): PUBLIC,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/health/worker"): PUBLIC,
}
# The portal's own pages guard themselves; tests/unit/host looks at them.
PORTAL = {"/anmelden", "/abmelden", "/demo/zeit"}
STATIC = {"/static/<path:filename>", "/pik-static/<path:filename>"}


def test_every_route_has_the_guard_it_should_have() -> None:
    found = {(method, route.rule): route.permission for route in ROUTES for method in route.methods}
    assert found == GUARDS


def test_every_guard_is_a_row_of_the_permission_table() -> None:
    assert {route.permission for route in ROUTES} - {PUBLIC} <= set(permissions.TABLE)


def test_the_app_has_no_address_beside_the_list(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert rules == {rule for _, rule in GUARDS} | PORTAL | STATIC


def test_every_view_of_ours_stands_behind_its_guard(app: Flask) -> None:
    for name, view in app.view_functions.items():
        if name.startswith("pik.") and name != "pik.static":
            assert view.route in ROUTES, name


def test_what_changes_something_is_posted(app: Flask) -> None:
    mixed = [r.rule for r in ROUTES if "POST" in r.methods and len(r.methods) > 1]
    assert mixed == []


@pytest.mark.parametrize("number", [str(1 << 62), str(1 << 63), "9" * 30, "9" * 5000])
def test_a_number_no_row_can_have_is_missing(
    sign_in: Callable[[str], FlaskClient], number: str
) -> None:
    for client in (sign_in("admin"), sign_in("ministerium")):
        page = client.get("/massnahmen").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        for method, rule in GUARDS:
            if "<pikrow:" not in rule:
                continue
            path = re.sub(r"<[\w:]+>", "x.bpmn", re.sub(r"<pikrow:\w+>", number, rule))
            headers = {"X-CSRFToken": found[1]}
            answer = client.open(path, method=method, headers=headers)
            wanted = (400, 403, 404)
            if rule.endswith("/loeschen"):  # what is not there is deleted already
                wanted = (*wanted, 303)
            assert answer.status_code in wanted, (method, rule, answer.status_code)
            assert method != "GET" or answer.status_code != 400, (method, rule)
