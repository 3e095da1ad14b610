"""Requests nobody's browser sends: sizes, numbers, line breaks, file names, tokens, sessions."""

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow import permissions
from pikflow.host import demo
from pikflow.services import Services
from pikflow.services.views import InboxFilter
from pikflow.web import forms
from pikflow.web.blueprint import ROUTES
from pikflow.web.files import content_disposition
from pikflow.web.guards import PUBLIC, Route

SignIn = Callable[[str], FlaskClient]
FORM = "application/x-www-form-urlencoded"
PEOPLE = demo.load()
MANY_DIGITS = "9" * 5000  # more than Python turns into a number
TARGETS = [
    "/ok\r\nX-Fremd: 1", "/ok\nx", "//boese.example", "/\\boese.example", "/\t/boese.example",
    "https://boese.example", "javascript:alert(1)", "//[", "\x00/", "/\u2028", "///boese.example",
]  # fmt: skip


def token(browser: FlaskClient) -> str:
    page = browser.get("/massnahmen").get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_sent_to_a_foreign_page(app: Flask, sign_in: SignIn, target: str) -> None:
    browser = sign_in("rp")
    data = {"here": target, "csrf_token": token(browser)}
    answers = [
        browser.post("/einstellungen", data=data),
        app.test_client().post("/anmelden", data={"persona": "rp", "weiter": target}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert "X-Fremd" not in answer.headers


@pytest.mark.parametrize(
    ("path", "field"),
    [("/demo/zeit", "tage"), ("/vorgaenge/neu", "runde"), ("/betrieb/" + MANY_DIGITS, "x")],
)
def test_a_number_of_thousands_of_digits_is_no_fault_of_the_server(
    sign_in: SignIn, path: str, field: str
) -> None:
    browser = sign_in("admin" if "betrieb" in path else "landkreis")
    data = {field: MANY_DIGITS, "massnahme": "gibt-es-nicht", "csrf_token": token(browser)}
    assert browser.post(path, data=data).status_code in {400, 404}
    assert browser.get(f"/massnahmen?seite={MANY_DIGITS}").status_code < 500


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/vorgaenge/neu", b"a=" + b"x" * 5_000_001),
        ("/vorgaenge/neu", b"a&" * 20_001),
        ("/einstellungen", b"a&" * 20_001),
        ("/anmelden", b"persona=" + b"x" * 100_001),
        ("/abmelden", b"x=" + b"x" * 100_001),
    ],
)
def test_a_form_too_large_is_not_read(sign_in: SignIn, path: str, body: bytes) -> None:
    answer = sign_in("landkreis").post(path, data=body, content_type=FORM)
    assert answer.status_code == 413
    assert "Das ist zu groß" in answer.get_data(as_text=True)


def test_a_form_of_usual_size_is_read(sign_in: SignIn) -> None:
    browser = sign_in("landkreis")
    fields = {f"feld-{n}": "x" * 200 for n in range(5000)}
    body = urlencode({**fields, "csrf_token": token(browser), "here": "/aufgaben"})
    answer = browser.post("/einstellungen", data=body, content_type=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/aufgaben")


@pytest.mark.parametrize(
    "name", ["Bericht – 2026.pdf", "Łódź.pdf", 'a"b;c=d.pdf', "ü 'x'.pdf", "💩.pdf", "a%20b.pdf"]
)
def test_a_file_of_any_name_can_be_fetched(name: str) -> None:
    header = content_disposition(name)
    assert header.encode("ascii").startswith(b'attachment; filename="')
    plain, _, coded = header.partition("; filename*=UTF-8''")
    assert unquote(coded) == name
    assert plain.count('"') == 2


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "POST" in r.methods], ids=lambda route: route.rule
)
def test_no_form_is_taken_with_the_token_of_another_session(
    services: Services, sign_in: SignIn, route: Route
) -> None:
    ministry = PEOPLE.actors["ministerium"]
    may = route.permission == PUBLIC or permissions.may(
        ministry, route.permission, services.catalog
    )
    persona = "ministerium" if may else "admin"
    browser, other = sign_in(persona), sign_in(persona)
    path = re.sub(r"<[^>]+>", "1", route.rule)
    own, foreign = token(browser), token(other)
    assert own != foreign
    for given in ("", foreign, own[:-1], "x" * 100_000):
        answer = browser.post(path, data={"csrf_token": given})
        assert answer.status_code == 400, given[:20]
        assert "Die Seite war zu lange offen" in answer.get_data(as_text=True)


def test_a_cookie_kept_after_signing_out_opens_nothing(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("landkreis")
    kept = browser.get_cookie("portal")
    assert kept is not None
    assert browser.get("/aufgaben").status_code == 200
    browser.post("/abmelden", data={"csrf_token": token(browser)})
    thief = app.test_client()
    thief.set_cookie("portal", kept.value)
    assert thief.get("/aufgaben").status_code == 302


def test_signing_in_gives_up_a_session_somebody_else_may_know(app: Flask) -> None:
    victim = app.test_client()
    victim.post("/anmelden", data={"persona": "traeger"})
    known = victim.get_cookie("portal")
    assert known is not None
    victim.post("/anmelden", data={"persona": "rp"})
    thief = app.test_client()
    thief.set_cookie("portal", known.value)
    assert thief.get("/aufgaben").status_code == 302


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/aufgaben", "/vorgaenge/neu", "/einstellungen", "/anmelden"])
def test_other_methods_are_refused_with_a_page(sign_in: SignIn, method: str, path: str) -> None:
    answer = sign_in("rp").open(path, method=method)
    assert answer.status_code == 405
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_header_or_field_changes_no_method(sign_in: SignIn) -> None:
    browser = sign_in("rp")
    headers = {"X-HTTP-Method-Override": "POST"}
    assert browser.get("/abmelden?_method=POST", headers=headers).status_code == 405
    assert browser.get("/aufgaben").status_code == 200


def test_the_second_of_two_clicks_is_told_what_the_first_did(
    stage: Flask, services: Services, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first click ends between the second one's look at the task and its draft."""
    actor = PEOPLE.actors["rp"]
    wanted = InboxFilter(text="Vollständigkeit")
    inbox = services.tasks.inbox(actor, view="all", filter=wanted)
    task_id = inbox.groups[0].rows[0].task_id
    page = services.tasks.view(actor, task_id)
    points = [{"abschnitt": row, "ergebnis": "erfuellt"} for row in (
        "antragsteller", "vorhaben", "finanzierung", "erklaerungen", "anlagen"
    )]  # fmt: skip

    def first_click(*_: object) -> tuple[dict, dict]:
        services.tasks.complete(actor, task_id, {"pruefpunkte": points}, key="einmal")
        return {}, {}

    monkeypatch.setattr(forms, "take_uploads", first_click)
    browser = sign_in("rp")
    data = {"_action": "submit", "key": "einmal", "version": page.version}
    answer = browser.post(f"/aufgaben/{task_id}", data={**data, "csrf_token": token(browser)})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/vorgaenge/{page.head.number}/erledigt")


def test_a_file_under_a_foreign_name_is_not_kept(
    stage: Flask, services: Services, sign_in: SignIn
) -> None:
    actor = PEOPLE.actors["landkreis"]
    number = services.cases.start(actor, "spracherwerb").number
    task_id = services.tasks.inbox(actor, view="all", filter=InboxFilter(text=number))
    browser = sign_in("landkreis")
    task_id = task_id.groups[0].rows[0].task_id
    data = {"_action": "keep", "csrf_token": token(browser)}
    data["gibtesnicht"] = (BytesIO(b"%PDF-1\n"), "fremd.pdf")
    browser.post(f"/aufgaben/{task_id}", data=data, content_type="multipart/form-data")
    assert services.cases.view(actor, number).files == ()


@pytest.fixture(scope="module")
def services(app: Flask) -> Services:
    return app.extensions["pikflow"].services


def test_a_name_with_every_kind_of_character_comes_back_from_an_upload(
    services: Services, sign_in: SignIn
) -> None:
    """Through the whole way: stored by the service, fetched by the browser."""
    actor = PEOPLE.actors["ministerium"]
    number = services.cases.start_round(actor, "inturo").number
    stored = services.files.store(actor, number, "Łódź – „a“\u2028\r\n.pdf", BytesIO(b"%PDF-1\n"))
    answer = sign_in("ministerium").get(f"/dateien/{stored.id}")
    assert answer.status_code == 200
    assert unquote(answer.headers["Content-Disposition"].split("''")[1]) == "Łódź – „a“.pdf"
