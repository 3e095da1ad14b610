"""The portal's app: a host like any other, with a database, an identity provider and PikFlow."""

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pikflow.extension import PikFlow
from pikflow.host import demo, identity
from pikflow.host.clock import DemoClock
from pikflow.host.portal import create_portal
from pikflow.host.sessions import IDLE_SECONDS, Sessions
from pikflow.web import errors
from pikflow.web.headers import protect


def create_app(
    instance: str | Path,
    config: Mapping[str, Any] | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """The portal with its data in the folder `instance`, created when missing.

    Settings in the folder's portal.toml override the defaults below, and `config` overrides both;
    `clock` (aware, UTC) replaces the demo's own, for tests.
    Nothing is written to the database here: `instance.prepare` and the command line do that.
    """
    folder = Path(instance).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    app = Flask("pikflow.host", instance_path=str(folder))
    app.config.from_mapping(
        SECRET_KEY=_secret(folder / "secret.key"),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'pikflow.sqlite3'}",
        MAX_CONTENT_LENGTH=100_000,  # the portal's own forms; pikflow's guard sets its own
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="portal",
        PERMANENT_SESSION_LIFETIME=IDLE_SECONDS,
        PORTAL_HTTPS=False,
        PIKFLOW_DEMO=False,
        PIKFLOW_SUBTITLE="Pakt für Integration",
        PIKFLOW_BASE_TEMPLATE="portal/base.html",
        PIKFLOW_SIGN_IN_URL="/anmelden",
        PIKFLOW_SIGN_OUT_URL="/abmelden",
        PIKFLOW_FILES_FOLDER=str(folder / "files"),
    )
    app.config.from_file(str(folder / "portal.toml"), load=tomllib.load, silent=True, text=False)
    app.config.from_mapping(config or {})
    if app.config["PORTAL_HTTPS"]:
        app.config.update(SESSION_COOKIE_NAME="__Host-portal", SESSION_COOKIE_SECURE=True)
    _settle(app, folder, clock)
    return app


def _settle(app: Flask, folder: Path, given: Callable[[], datetime] | None) -> None:
    """Bring database, people, pikflow and the portal's own pages together."""
    database = SQLAlchemy()
    database.init_app(app)
    people = demo.load()
    sessions = Sessions(folder / "sessions.sqlite3")
    clock = DemoClock(folder / "clock.json")
    provider = identity.DemoIdentity(people)
    identity.install(app, people, sessions)
    PikFlow(app, db=database, identity=provider, clock=given or clock)
    app.register_blueprint(create_portal(people, sessions, clock))
    errors.register_app(app)
    app.after_request(protect)
    app.context_processor(lambda: {"demo_days": clock.days() if app.config["PIKFLOW_DEMO"] else 0})


def _secret(file: Path) -> str:
    """The key that signs cookies: made once, readable by the portal's user alone."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as target:
        target.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")
