"""Sign-in without a password: only in demo mode, only from this machine; sessions end."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from pikflow.host import create_app, demo
from pikflow.host.clock import DemoClock
from pikflow.host.sessions import IDLE_SECONDS, Sessions

PERSONAS = [
    "gemeinde", "gemeinde2", "landkreis", "landkreis2", "stadtkreis", "rp", "rp2",
    "ministerium", "ministerium2", "traeger", "admin", "admin2", "revision",
]  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = create_app(tmp_path, {"PIKFLOW_DEMO": True, "TESTING": True})
    app.extensions["pikflow"].services.environment.database.create()
    return app


def test_the_personas_are_those_of_the_demo() -> None:
    assert [persona.actor.id for persona in demo.load().personas] == PERSONAS


def test_the_demo_has_the_register_of_44_kreise_and_two_landkreise() -> None:
    people = demo.load()
    kinds = [org.kind for org in people.organisations.values()]
    assert kinds.count("landkreis") + kinds.count("stadtkreis") == 44
    parents = {org.parent for org in people.organisations.values() if org.kind == "gemeinde"}
    assert parents == {"08416", "08135"}
    assert all(org.ags.startswith("08") for org in people.organisations.values() if org.ags)


def test_the_two_gemeinden_lie_in_different_kreise() -> None:
    actors = demo.load().actors
    one, two = actors["gemeinde"].organisation, actors["gemeinde2"].organisation
    assert one.parent == actors["landkreis"].organisation.id
    assert two.parent == actors["landkreis2"].organisation.id != one.parent


def test_every_organisation_has_somebody() -> None:
    people = demo.load()
    staffed = {actor.organisation.id for actor in people.actors.values()}
    assert staffed == set(people.organisations)


def test_signs_in_without_a_password_on_this_machine(app: Flask) -> None:
    browser = app.test_client()
    answer = browser.post("/anmelden", data={"persona": "gemeinde"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Miriam Vogt" in browser.get("/massnahmen").get_data(as_text=True)


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "10.1.2.3"),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1"),
        ({"X-Real-IP": "127.0.0.1"}, "127.0.0.1"),
        ({"X-Forwarded-Server": "proxy"}, "127.0.0.1"),
        ({"CF-Connecting-IP": "127.0.0.1"}, "127.0.0.1"),
        ({"Host": "localhost.boese.example"}, "127.0.0.1"),
        ({"Host": "localhost@boese.example"}, "127.0.0.1"),
        ({"Origin": "null"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "same-site"}, "127.0.0.1"),
        ({"Host": "boese.example"}, "127.0.0.1"),
        ({"Origin": "https://boese.example"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "cross-site"}, "127.0.0.1"),
    ],
)
def test_refuses_sign_in_from_elsewhere(app: Flask, headers: dict, address: str) -> None:
    browser = app.test_client()
    origin = {"REMOTE_ADDR": address}
    answer = browser.post("/anmelden", data={"persona": "rp"}, headers=headers, environ_base=origin)
    assert answer.status_code == 403
    assert browser.get("/aufgaben").status_code == 302


def test_takes_ipv6_loopback_and_its_own_origin(app: Flask) -> None:
    answer = app.test_client().post(
        "/anmelden",
        data={"persona": "rp"},
        headers={"Host": "[::1]:5000", "Origin": "http://[::1]:5000"},
        environ_base={"REMOTE_ADDR": "::1"},
    )
    assert answer.status_code == 303


def test_there_is_no_such_sign_in_outside_demo_mode(tmp_path: Path) -> None:
    app = create_app(tmp_path, {"TESTING": True})
    app.extensions["pikflow"].services.environment.database.create()
    browser = app.test_client()
    assert browser.post("/anmelden", data={"persona": "rp"}).status_code == 404
    assert browser.get("/anmelden").status_code == 404
    assert browser.get("/demo/zeit").status_code == 404


def test_an_unknown_persona_is_refused_by_name(app: Flask) -> None:
    answer = app.test_client().post("/anmelden", data={"persona": "chef"})
    assert answer.status_code == 400
    assert "Diese Person gibt es in der Demo nicht" in answer.get_data(as_text=True)


def test_a_colleague_without_persona_can_not_be_chosen(app: Flask) -> None:
    assert app.test_client().post("/anmelden", data={"persona": "rp3"}).status_code == 400


def test_sign_in_gives_a_new_session_and_drops_the_old_one(app: Flask) -> None:
    browser = app.test_client()
    browser.post("/anmelden", data={"persona": "rp"})
    with browser.session_transaction() as session:
        first = session["sid"]
        session["left_over"] = "x"
    browser.post("/anmelden", data={"persona": "rp2"})
    with browser.session_transaction() as session:
        assert session["sid"] != first
        assert "left_over" not in session
        session["sid"] = first
    assert browser.get("/aufgaben").status_code == 302


def test_sign_out_ends_the_session_on_the_server(app: Flask) -> None:
    browser = app.test_client()
    browser.post("/anmelden", data={"persona": "rp"})
    with browser.session_transaction() as session:
        stolen = session["sid"]
    page = browser.get("/massnahmen").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert browser.post("/abmelden", data={"csrf_token": token}).status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as session:
        session["sid"] = stolen
    assert thief.get("/aufgaben").status_code == 302


def test_a_session_ends_after_half_an_hour_without_input(app: Flask, tmp_path: Path) -> None:
    clock = [1_000_000.0]
    sessions = Sessions(tmp_path / "other.sqlite3", now=lambda: clock[0])
    with app.test_request_context("/"):
        sessions.begin("rp")
        clock[0] += IDLE_SECONDS - 1
        assert sessions.person() == "rp"
        clock[0] += IDLE_SECONDS - 1
        assert sessions.person() == "rp"
        clock[0] += IDLE_SECONDS + 1
        assert sessions.person() is None
        assert sessions.is_expired()


def test_https_makes_the_cookie_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    app = create_app(tmp_path, {"PIKFLOW_DEMO": True, "PORTAL_HTTPS": True, "TESTING": True})
    answer = app.test_client().post(
        "/anmelden", data={"persona": "rp"}, base_url="https://localhost"
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_the_key_that_signs_cookies_is_kept_and_private(tmp_path: Path) -> None:
    first = create_app(tmp_path).config["SECRET_KEY"]
    assert create_app(tmp_path).config["SECRET_KEY"] == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_the_clock_moves_forward_only(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock.json")
    assert abs((clock() - datetime.now(UTC)).total_seconds()) < 5
    clock.advance(14)
    clock.advance(1)
    assert clock.days() == 15
    for days in (0, -3, 401):
        with pytest.raises(ValueError, match="between 1 and 400"):
            clock.advance(days)
    assert DemoClock(tmp_path / "clock.json").days() == 15


@pytest.mark.parametrize("typed", ["", "0", "-5", "401", "zehn", "1.5", "²"])
def test_the_clock_page_refuses_anything_but_days(app: Flask, typed: str) -> None:
    browser = app.test_client()
    browser.post("/anmelden", data={"persona": "admin"})
    page = browser.get("/demo/zeit").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = browser.post("/demo/zeit", data={"csrf_token": token, "tage": typed})
    assert answer.status_code == 400
    assert "ganze Zahl von 1 bis 400" in answer.get_data(as_text=True)


def test_the_clock_page_moves_the_clock(app: Flask) -> None:
    browser = app.test_client()
    browser.post("/anmelden", data={"persona": "admin"})
    page = browser.get("/demo/zeit").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = browser.post("/demo/zeit", data={"csrf_token": token, "tage": "30"})
    assert answer.status_code == 303
    assert "30 Tage vor" in browser.get("/demo/zeit").get_data(as_text=True)
