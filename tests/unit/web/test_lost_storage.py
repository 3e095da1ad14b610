"""What people see while the database is away or its disk is full, and that it goes on after."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import Server
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from test_pages import token

from pikflow.host import create_app, instance
from pikflow.services import Services, repeating
from pikflow.store.tables import history
from pikflow.store.tables import instance as cases

OPEN_ROUND = "/massnahmen/integrationsmanagement/runde"


def _prepared(folder: Path, **config: Any) -> Flask:
    app = create_app(folder, {"PIKFLOW_DEMO": True, **config})
    instance.prepare(app)
    return app


def _services(app: Flask) -> Services:
    services: Services = app.extensions["pikflow"].services
    return services


def _signed_in(app: Flask) -> FlaskClient:
    browser = app.test_client()
    assert browser.post("/anmelden", data={"persona": "ministerium"}).status_code == 303
    return browser


def _stored(app: Flask) -> tuple[int, int]:
    """How many cases and how many lines of history there are."""
    with _services(app).environment.query() as unit:
        count = select(
            select(func.count()).select_from(cases).scalar_subquery(),
            select(func.count()).select_from(history).scalar_subquery(),
        )
        first, second = unit.connection.execute(count).one()
        return first, second


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL server of the test's own, which it may kill."""
    found = Server(durable=True)
    yield found
    found.remove()


def test_a_database_that_goes_away_and_comes_back(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "PAUSES", (0.01, 0.01, 0.01))
    server.execute('CREATE DATABASE "portal" OWNER pikflow')
    app = _prepared(tmp_path, SQLALCHEMY_DATABASE_URI=server.url("portal", "pikflow"))
    browser = _signed_in(app)
    key = token(browser)
    assert browser.post(OPEN_ROUND, data={"csrf_token": key}).status_code == 303
    before = _stored(app)
    server.kill()
    for answer in (
        browser.get("/aufgaben"),
        browser.post(OPEN_ROUND, data={"csrf_token": key, "begruendung": "Viele Worte"}),
        browser.get("/vorgaenge"),
    ):
        text = answer.get_data(as_text=True)
        assert answer.status_code == 503
        assert "Der Dienst ist gerade nicht erreichbar" in text
        assert "Die Datenbank ist gerade überlastet oder wird neu gestartet." in text
        assert "Versuchen Sie es in einer Minute noch einmal." in text
        assert "psycopg" not in text and "Traceback" not in text
    assert "Viele Worte" in browser.post(
        OPEN_ROUND, data={"csrf_token": key, "begruendung": "Viele Worte"}
    ).get_data(as_text=True), "what was typed is given back"
    assert app.test_client().get("/health/live").status_code == 200
    assert app.test_client().get("/health/ready").status_code == 503
    server.start()
    assert browser.get("/aufgaben").status_code == 200
    assert app.test_client().get("/health/ready").status_code == 200
    assert _stored(app) == before
    assert browser.post(OPEN_ROUND, data={"csrf_token": key}).status_code == 303
    assert _stored(app)[0] == before[0] + 1
    _services(app).environment.database.close()


def test_a_full_disk_is_told_and_stores_nothing(tmp_path: Path) -> None:
    """SQLite itself says that there is no page left; tests/faults has the really full disk."""
    app = _prepared(tmp_path)
    browser = _signed_in(app)
    key = token(browser)
    before = _stored(app)
    engine = _services(app).environment.database.engine

    def limit(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the pages it has

    event.listen(engine, "connect", limit)
    engine.dispose()
    for _ in range(30):  # until the free room in the pages there are is used up
        answer = browser.post(OPEN_ROUND, data={"csrf_token": key})
        if answer.status_code == 503:
            break
        before = _stored(app)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "Der Datenträger der Datenbank ist voll. Es wurde nichts gespeichert." in text
    assert "Die Administration muss Platz schaffen" in text
    assert _stored(app) == before
    assert browser.get("/aufgaben").status_code == 200, "reading goes on"
    event.remove(engine, "connect", limit)
    engine.dispose()
    assert browser.post(OPEN_ROUND, data={"csrf_token": key}).status_code == 303
    assert _stored(app)[0] == before[0] + 1
    assert list(_services(app).doctor.examine_data(lambda done, total: None)) == []
    engine.dispose()
