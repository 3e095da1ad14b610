"""An app with the bundled processes and forms, as the demo has it, and people signed in to it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.host import create_app, instance, seed

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal in demo mode over a fresh database with everything deployed."""
    app = create_app(tmp_path_factory.mktemp("instance"), {"PIKFLOW_DEMO": True, "TESTING": True})
    instance.prepare(app)
    yield app
    app.extensions["pikflow"].services.environment.database.close()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """A browser in which a persona is signed in."""

    def client(persona: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/anmelden", data={"persona": persona})
        assert answer.status_code == 303
        return browser

    return client


@pytest.fixture(scope="session")
def stage(app: Flask) -> Flask:
    """The app with a few cases of different owners, measures and phases, child cases among them."""
    plan = seed.read_plan()
    chosen = [entry for entry in plan.cases if _key(entry) in STAGE]
    assert len(chosen) == len(STAGE)
    seed.sow(app.extensions["pikflow"].services, plan, chosen, lambda: None)
    return app


STAGE = {
    ("integrationsmanagement", 1, "08416", "Bedarf sammeln"),
    ("integrationsmanagement", 1, "08421", "Vollständigkeit prüfen"),
    ("integrationsmanagement", 1, "08221", "Rechtsbehelf erklären"),
    ("spracherwerb", 1, "08135", "Kursbedarf sammeln"),
    ("bw_schuetzt", 1, "traeger", "Antrag fachlich prüfen"),
    ("spracherwerb", 1, "08421", "Vollständigkeit prüfen"),
}


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["massnahme"], entry["jahr"], entry["wer"], entry.get("bis")
