"""PikFlow on somebody else's app: its pages, headers, templates and errors stay the host's own."""

from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader

from pikflow.extension import PikFlow
from pikflow.host import demo
from pikflow.host.instance import bundled_files
from pikflow.identity import Actor

FRAME = "<!doctype html><html lang='de'><title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}<body><p>Amt Musterstadt</p>{% block content %}{% endblock %}</body></html>"  # noqa: E501


class OnePerson:
    """A host in which the same person is always signed in."""

    def __init__(self, actor: Actor | None) -> None:
        self.person = actor

    def current_actor(self) -> Actor | None:
        return self.person

    def actor(self, actor_id: str) -> Actor | None:
        return self.person if self.person and self.person.id == actor_id else None

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        return [self.person] if self.person else []


def host(folder: Path, actor: Actor | None, **config: object) -> Flask:
    """A small app with a page, a frame and a database of its own, and pikflow under a prefix."""
    app = Flask("somebody")
    app.jinja_loader = DictLoader({"frame.html": FRAME})
    app.config.from_mapping(
        SECRET_KEY="host",
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}",
        PIKFLOW_URL_PREFIX="/foerderung",
        PIKFLOW_BASE_TEMPLATE="frame.html",
        PIKFLOW_FILES_FOLDER=str(folder / "files"),
        **config,
    )
    app.add_url_rule("/", "front", lambda: "Willkommen")
    database = SQLAlchemy(app)
    PikFlow(app, db=database, identity=OnePerson(actor))
    services = app.extensions["pikflow"].services
    services.environment.database.create()
    services.definitions.deploy(bundled_files())
    return app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return host(tmp_path_factory.mktemp("host"), demo.load().actors["landkreis"])


def test_pages_stand_in_the_frame_of_the_host_under_its_prefix(app: Flask) -> None:
    page = app.test_client().get("/foerderung/aufgaben").get_data(as_text=True)
    assert "Amt Musterstadt" in page
    assert "<h1>Aufgaben</h1>" in page
    assert 'class="pik-root pik-content' in page
    assert "/foerderung/pik-static/pik.css" in page


def test_the_pages_of_the_host_stay_as_they_are(app: Flask) -> None:
    answer = app.test_client().get("/")
    assert answer.get_data(as_text=True) == "Willkommen"
    assert "Content-Security-Policy" not in answer.headers
    assert "Cache-Control" not in answer.headers


def test_errors_outside_the_prefix_are_the_hosts(app: Flask) -> None:
    answer = app.test_client().get("/nirgends")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" not in answer.get_data(as_text=True)


def test_errors_inside_the_prefix_are_ours(app: Flask) -> None:
    answer = app.test_client().get("/foerderung/vorgaenge/XX-2026-1-01")
    assert answer.status_code == 404
    assert "Diesen Vorgang gibt es nicht" in answer.get_data(as_text=True)


def test_without_a_sign_in_address_a_visitor_is_told_to_sign_in(tmp_path: Path) -> None:
    answer = host(tmp_path, None).test_client().get("/foerderung/aufgaben")
    assert answer.status_code == 401
    assert "Sie sind nicht angemeldet" in answer.get_data(as_text=True)


def test_two_apps_in_one_process_have_two_pikflows(app: Flask, tmp_path: Path) -> None:
    other = host(tmp_path, demo.load().actors["revision"], PIKFLOW_TITLE="Anderes Amt")
    assert other.extensions["pikflow"] is not app.extensions["pikflow"]
    page = other.test_client().get("/foerderung/massnahmen").get_data(as_text=True)
    assert "Anderes Amt" in page
    assert "Anderes Amt" not in app.test_client().get("/foerderung/massnahmen").text


def test_an_app_takes_only_one(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="already"):
        PikFlow(app, db=SQLAlchemy(), identity=OnePerson(None))


def test_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="db= and identity="):
        PikFlow(Flask("bare"))


def test_a_setting_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="PIKFLOW_PAGE_SIZE must be int"):
        host(tmp_path, None, PIKFLOW_PAGE_SIZE="viele")
