# ruff: noqa: E501 - lines of form files stay in one piece
"""The script of a form in real Chromium under the strict CSP: shows, hides, adds up, keeps a draft."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jinja2
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import parse_form_data
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Response

import pikflow.web
from pikflow.forms.language import load
from pikflow.forms.submission import bind
from pikflow.web.headers import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.browser

WEB = Path(pikflow.web.__file__).parent
FORM = """
pikform: 1
id: probe
version: 1
title: Probe
params: {satz_eur: 60000}
sections:
  - id: a
    title: A
    fields:
      - {id: frage, type: bool, label: Vorher begonnen?, required: true}
      - {id: warum, type: text, label: Warum, visible: "frage", required: true}
      - {id: art, type: choice, label: Art, display: select, options: {x: X, y: Y}}
      - {id: tag, type: date, label: Tag, visible: "art == 'y'"}
      - {id: spaet, type: text, label: Spät, visible: "tag > date('2026-06-30')"}
      - {id: geheim, type: text, label: Geheim, visible: "risiko == 'hoch' and frage"}
      - id: stellen
        type: group
        label: Stellen
        repeat: {start: 2}
        fields:
          - {id: vzae, type: decimal, label: Umfang}
          - {id: besetzt, type: bool, label: Besetzt}
          - {id: seit, type: date, label: Seit, visible: "item.besetzt"}
          - {id: euro, type: money, label: Betrag, compute: "round(item.vzae * params.satz_eur, 2)"}
      - {id: summe, type: decimal, label: Summe, compute: "sum(s.vzae for s in stellen)"}
      - {id: betrag, type: money, label: Alles, compute: "round(summe * params.satz_eur, 2)"}
      - {id: viel, type: text, label: Viel, visible: "betrag > 60000"}
      - id: plan
        type: matrix
        label: Plan
        rows: {p: Personal, s: Sache}
        columns: [{id: eins, type: money, label: Eins}, {id: zwei, type: money, label: Zwei}]
      - {id: anteil, type: percent, label: Anteil, compute: "round(summe * 100 / 8, 2)"}
      - {id: planrest, type: money, label: Rest, compute: "plan.summe.summe - plan.p.eins"}
"""
PAGE = """<!doctype html><html lang="de"><title>Probe</title>
<script type="module" src="/static/pik/form.js"></script>
{% import "pik/form/form.html" as form with context %}
<form method="post" {{ form.form_attributes(bound, "/entwurf") }}><input name="version" type="hidden" value="7">
{{ form.fields(bound) }}<span data-pik-status role="status"></span><button name="_action" value="next">Weiter</button></form></html>"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Requests of a test are nobody's news."""


class Server:
    """One form: shown on GET, kept on POST /entwurf; `status` is what keeping answers."""

    def __init__(self) -> None:
        self.schema = load(FORM, "probe.yaml")
        self.kept: list[MultiDict[str, str]] = []
        self.status = 200
        folder = jinja2.FileSystemLoader(WEB / "templates")
        self.jinja = jinja2.Environment(loader=folder, autoescape=True)
        self.jinja.globals["_"] = lambda text, **given: text % given if given else text

    def __call__(self, environ: Any, start: Any) -> Any:
        _, form, _ = parse_form_data(environ)
        if environ["PATH_INFO"] == "/entwurf":
            self.kept.append(form)
            body = json.dumps({"saved": "Entwurf gespeichert um 14:03"})
            return Response(body, self.status, mimetype="application/json")(environ, start)
        bound = bind(self.schema, context={"risiko": "hoch"}, stored={}, page="a")
        text = self.jinja.from_string(PAGE).render(bound=bound)
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return Response(text, headers=headers, mimetype="text/html")(environ, start)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    app = SharedDataMiddleware(server, {"/static": str(WEB / "static")})
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        window = chromium.new_page(locale="de-DE")
        faults: list[str] = []
        window.on("pageerror", lambda fault: faults.append(str(fault)))
        window.on(
            "console", lambda line: faults.append(line.text) if line.type == "error" else None
        )
        window.goto(f"http://127.0.0.1:{listening.server_port}/")
        yield window
        window.close()
        listening.shutdown()
        assert [
            fault for fault in faults if "status of" not in fault and "favicon" not in fault
        ] == []


def control(page: Page, name: str) -> Any:
    return page.locator(f"[name='{name}']")


def output(page: Page, name: str) -> Any:
    return page.locator(f"output[name='{name}']")


def test_a_field_appears_when_its_condition_holds(page: Page) -> None:
    expect(control(page, "warum")).to_be_hidden()
    expect(control(page, "warum")).to_be_disabled()
    page.get_by_label("Ja").check()
    expect(control(page, "warum")).to_be_visible()
    expect(control(page, "warum")).to_be_enabled()
    page.get_by_label("Nein").check()
    expect(control(page, "warum")).to_be_hidden()


def test_conditions_follow_each_other(page: Page) -> None:
    control(page, "art").select_option("y")
    control(page, "tag").fill("1.7.2026")
    expect(control(page, "spaet")).to_be_visible()
    control(page, "art").select_option("x")
    expect(control(page, "tag")).to_be_hidden()
    expect(control(page, "spaet")).to_be_hidden()


def test_a_condition_of_the_case_is_left_to_the_server(page: Page) -> None:
    expect(control(page, "geheim")).to_be_visible()
    assert "risiko" not in page.content()


def test_rows_have_their_own_conditions_and_amounts(page: Page) -> None:
    control(page, "stellen-1-besetzt").check()
    expect(control(page, "stellen-1-seit")).to_be_visible()
    expect(control(page, "stellen-0-seit")).to_be_hidden()
    control(page, "stellen-0-vzae").fill("1,44")
    expect(output(page, "stellen-0-euro")).to_have_text("86.400,00\xa0€")


def test_sums_are_those_of_the_server(page: Page, server: Server) -> None:
    typed = {
        "stellen-0-vzae": "0,44",
        "stellen-1-vzae": "1.234,5",
        "plan-p-eins": "1.000,50",
        "plan-s-zwei": "2 €",
    }
    for name, text in typed.items():
        control(page, name).fill(text)
    control(page, "frage").first.check()
    bound = bind(server.schema, context={}, raw=MultiDict({**typed, "frage": "true"}))
    shown = {field.path: field.text for field in bound.fields if field.computed}
    for name, text in shown.items():
        expect(output(page, name)).to_have_text(text)
    expect(control(page, "viel")).to_be_visible()
    plan = next(field for field in bound.fields if field.path == "plan")
    expect(page.locator("[data-pik-sum='plan']")).to_have_text(plan.total)
    expect(page.locator("[data-pik-sum='plan-p']")).to_have_text(plan.rows[0].sum)
    expect(page.locator("[data-pik-sum='plan-*-zwei']")).to_have_text(plan.column_sums[1])


def test_what_can_not_be_read_is_no_number(page: Page) -> None:
    control(page, "stellen-0-vzae").fill("viel")
    expect(output(page, "stellen-0-euro")).to_have_text("–")


def _kept_after(page: Page, server: Server, act: Callable[[], None]) -> "MultiDict[str, str]":
    with page.expect_response("**/entwurf"):
        act()
    return server.kept[-1]


def test_a_draft_is_kept_after_a_pause_and_says_so(page: Page, server: Server) -> None:
    kept = _kept_after(page, server, lambda: control(page, "stellen-0-vzae").fill("0,5"))
    assert kept["stellen-0-vzae"] == "0,5"
    assert kept["version"] == "7"
    assert "_action" not in kept
    expect(page.locator("[data-pik-status]")).to_have_text("Entwurf gespeichert um 14:03")


def test_a_conflict_is_said_and_stops_saving(page: Page, server: Server) -> None:
    server.status = 409
    _kept_after(page, server, lambda: control(page, "stellen-0-vzae").fill("0,5"))
    expect(page.locator("[data-pik-status]")).to_contain_text("inzwischen geändert")
    control(page, "stellen-0-vzae").fill("0,6")
    page.wait_for_timeout(1200)
    assert len(server.kept) == 1


def test_a_failure_is_said_and_tried_again(page: Page, server: Server) -> None:
    server.status = 503
    _kept_after(page, server, lambda: control(page, "stellen-0-vzae").fill("0,5"))
    expect(page.locator("[data-pik-status]")).to_contain_text("weiter versucht")
    server.status = 200
    _kept_after(page, server, lambda: control(page, "stellen-0-vzae").fill("0,6"))
    expect(page.locator("[data-pik-status]")).to_have_text("Entwurf gespeichert um 14:03")
