"""What holds for all pages: headers, tokens, errors, languages, nothing changed by reading."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import pikflow.web
from pikflow.web.headers import CONTENT_SECURITY_POLICY

SignIn = Callable[[str], FlaskClient]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
READ = ("/aufgaben", "/vorgaenge", "/vorgaenge/neu", "/massnahmen", "/suche?q=Ulm", "/anmelden")


def token(browser: FlaskClient, path: str = "/massnahmen") -> str:
    page = browser.get(path).get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_the_policy_is_the_one_written_down() -> None:
    assert CONTENT_SECURITY_POLICY == POLICY


@pytest.mark.parametrize("path", [*READ, "/gibt-es-nicht", "/health/live"])
def test_every_answer_carries_the_headers(sign_in: SignIn, path: str) -> None:
    headers = sign_in("landkreis").get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_style_sheets_may_be_kept(app: Flask) -> None:
    with app.test_client().get("/pik-static/pik.css") as answer:
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", READ)
def test_pages_have_no_inline_script_or_style(sign_in: SignIn, path: str) -> None:
    page = sign_in("landkreis").get(path).get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_no_attribute_is_escaped_away(stage: Flask, sign_in: SignIn) -> None:
    browser = sign_in("rp")
    inbox = browser.get("/aufgaben?ansicht=alle").get_data(as_text=True)
    task, number = re.search(
        r'href="(/aufgaben/[0-9a-f]+)">[^<]*</a><small>([^ ]+)', inbox
    ).groups()
    chosen = f"/aufgaben/zuweisen?aufgabe={task.rpartition('/')[2]}"
    for path in (*READ, task, f"/vorgaenge/{number}", chosen):
        page = browser.get(path).get_data(as_text=True)
        assert re.findall(r" [a-z-]+=&#34;\S*", page) == [], path


@pytest.mark.parametrize(
    "path", ["/vorgaenge/neu", "/einstellungen", "/abmelden", "/demo/zeit", "/aufgaben/1"]
)
def test_refuses_a_form_without_its_token(sign_in: SignIn, path: str) -> None:
    answer = sign_in("landkreis").post(path, data={"eingabe": "Mein Text"})
    assert answer.status_code == 400
    assert "Die Seite war zu lange offen" in answer.get_data(as_text=True)
    assert "Mein Text" in answer.get_data(as_text=True)


def test_refuses_a_token_of_another_session(sign_in: SignIn) -> None:
    foreign = token(sign_in("rp"))
    answer = sign_in("landkreis").post("/einstellungen", data={"csrf_token": foreign})
    assert answer.status_code == 400


@pytest.mark.parametrize(("path", "status"), [("/nirgends", 404), ("/aufgaben/x", 404)])
def test_a_missing_page_says_so_in_german(sign_in: SignIn, path: str, status: int) -> None:
    answer = sign_in("landkreis").get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "Diese Seite gibt es nicht" in page
    assert "Traceback" not in page


def test_a_wrong_method_is_explained(sign_in: SignIn) -> None:
    answer = sign_in("landkreis").get("/einstellungen")
    assert answer.status_code == 405
    assert "nimmt nur Formulare" in answer.get_data(as_text=True)


def test_a_request_that_is_too_large_is_refused(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("landkreis")
    answer = browser.post("/einstellungen", data={"here": "x" * 61_000_000})
    assert answer.status_code == 413
    assert "Das ist zu groß" in answer.get_data(as_text=True)


def test_a_fault_shows_a_number_and_no_traceback(
    app: Flask,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(app.extensions["pikflow"].services.overview, "measures", None)
    page = sign_in("landkreis").get("/massnahmen")
    text = page.get_data(as_text=True)
    assert page.status_code == 500
    assert "Hier ist etwas schiefgegangen" in text
    assert "Traceback" not in text and "TypeError" not in text
    number = re.search(r"<strong>([0-9A-F]{8})</strong>", text)[1]
    assert number in caplog.text


def test_visitors_are_sent_to_sign_in_and_back(app: Flask) -> None:
    answer = app.test_client().get("/vorgaenge?phase=Antrag")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/anmelden?weiter=/vorgaenge%3Fphase%3DAntrag"


def test_a_form_posted_after_the_session_ended_shows_what_was_typed(app: Flask) -> None:
    answer = app.test_client().post("/vorgaenge/neu", data={"begruendung": "Viele Worte"})
    assert answer.status_code == 401
    assert "Viele Worte" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/vorgaenge?phase=Antrag", "/vorgaenge?phase=Antrag"),
        ("https://boese.example/", "/"),
        ("//boese.example/", "/"),
        ("/\\boese.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_settings_lead_back_but_never_elsewhere(sign_in: SignIn, target: str, goes_to: str) -> None:
    browser = sign_in("landkreis")
    data = {"csrf_token": token(browser), "here": target, "pik_theme": "dark"}
    answer = browser.post("/einstellungen", data=data)
    assert answer.headers["Location"] == goes_to


def test_theme_and_language_are_kept(sign_in: SignIn) -> None:
    browser = sign_in("landkreis")
    data = {"csrf_token": token(browser), "here": "/", "pik_theme": "dark", "pik_language": "en"}
    browser.post("/einstellungen", data=data)
    page = browser.get("/aufgaben").get_data(as_text=True)
    assert '<html lang="en"' in page and 'data-kern-theme="dark"' in page
    assert "<h1>Tasks</h1>" in page
    browser.post("/einstellungen", data={**data, "pik_theme": "auto", "pik_language": "de"})
    page = browser.get("/aufgaben").get_data(as_text=True)
    assert "data-kern-theme" not in page and "<h1>Aufgaben</h1>" in page


def test_health_says_database_schema_and_version(app: Flask) -> None:
    answer = app.test_client().get("/health/ready")
    assert answer.status_code == 200
    assert {"database", "schema", "version"} <= set(answer.json)
    assert app.test_client().get("/health/live").json["status"] == "ok"


def test_templates_hand_classes_and_attributes_to_a_form_apart() -> None:
    """`class=" enctype=…"` is no attribute, and no page says so: the file just never arrives."""
    folder = Path(pikflow.web.__file__).parent / "templates"
    found = [
        f"{file.name}:{number}"
        for file in sorted(folder.rglob("*.html"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"(form_start\(.*\), |begin\()' ", line)
    ]
    assert found == []
