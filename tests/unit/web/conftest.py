"""An app with the bundled processes and forms, as the demo has it, and people signed in to it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pikflow.host import create_app, instance

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
