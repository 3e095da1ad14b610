"""A host as small as one can be, for gunicorn: `gunicorn "benchmarks.host:make()"`.

Who signs in is believed: /anmelden/<person> puts the person into the session, a signed cookie.
The database is named by PIKFLOW_BENCH_URL.
"""

import os
import tempfile

from flask import Flask, session
from flask_sqlalchemy import SQLAlchemy

from benchmarks.crowd import PEOPLE
from pikflow import PikFlow
from pikflow.identity import Actor


class Crowd:
    """The IdentityProvider: persons kept in memory."""

    def current_actor(self) -> Actor | None:
        return PEOPLE.get(session.get("person", ""))

    def actor(self, actor_id: str) -> Actor | None:
        return PEOPLE.get(actor_id)

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        found = [p for p in PEOPLE.values() if p.organisation.id == organisation_id]
        return sorted((p for p in found if role in p.roles), key=lambda person: person.name)


def make() -> Flask:
    """The app; what it knows of forms and cases is all in the database."""
    app = Flask(__name__, instance_path=tempfile.gettempdir())
    app.config.from_mapping(
        SECRET_KEY="benchmark",  # noqa: S106 - nothing here is worth a secret
        SQLALCHEMY_DATABASE_URI=os.environ["PIKFLOW_BENCH_URL"],
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "pool_size": 10},
    )
    database = SQLAlchemy()
    database.init_app(app)
    PikFlow(app, db=database, identity=Crowd())

    @app.get("/anmelden/<person>")
    def sign_in(person: str) -> str:
        session["person"] = person
        return person

    return app
