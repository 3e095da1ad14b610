"""PikFlow: the composition root, which brings the rooms together on a host's app.

    flow = PikFlow(app, db=db, identity=MyIdentity())       or, with an app factory,
    flow = PikFlow(db=db, identity=MyIdentity()); flow.init_app(app)

Everything lives in `app.extensions["pikflow"]`, so two apps in one process have two pikflows.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from pikflow import config, logs
from pikflow.cli import commands
from pikflow.connectors import Connectors
from pikflow.connectors.builtin import register_all
from pikflow.identity import IdentityProvider
from pikflow.runners.choice import choose
from pikflow.services import Services
from pikflow.services.deployments import Deployments
from pikflow.services.environment import Environment
from pikflow.signals import Signals
from pikflow.store.clock import SteadyClock, utc_now
from pikflow.store.database import Database
from pikflow.web import i18n
from pikflow.web.blueprint import create_blueprint
from pikflow.web.flow import Flow

if TYPE_CHECKING:
    from flask_sqlalchemy import SQLAlchemy


class PikFlow:
    """pikflow for one host.

    `db` is the host's Flask-SQLAlchemy object, whose `init_app` was called before ours; `identity`
    says who is signed in; `clock` gives the current instant (aware, UTC) and is only replaced in
    tests and demos. `connectors` and `signals` are this object's own registries.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        db: "SQLAlchemy | None" = None,
        identity: IdentityProvider | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.db = db
        self.identity = identity
        self.clock = clock
        self.connectors = Connectors()
        self.signals = Signals()
        register_all(self.connectors)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put pikflow on an app; raises RuntimeError when something it needs is missing."""
        if "pikflow" in app.extensions:
            raise RuntimeError("this app has a pikflow already")
        if self.db is None or self.identity is None:
            raise RuntimeError("PikFlow needs db= and identity=")
        settings = config.read(app.config)
        if settings["PIKFLOW_LOG_JSON"]:
            logs.switch_on()
        environment = self._environment(app, settings)
        services = Services(environment)
        texts = i18n.install(app)
        app.extensions["pikflow"] = Flow(
            services, self.identity, settings, texts, environment.clock
        )
        app.register_blueprint(create_blueprint(settings["PIKFLOW_URL_PREFIX"]))
        app.cli.add_command(commands)

    def _environment(self, app: Flask, settings: dict[str, Any]) -> Environment:
        assert self.db is not None and self.identity is not None  # noqa: S101 - checked by init_app
        with app.app_context():
            engine = self.db.engine
        folder = settings["PIKFLOW_FILES_FOLDER"] or str(Path(app.instance_path) / "files")
        database = Database(engine)
        return Environment(
            database=database,
            identity=self.identity,
            clock=SteadyClock(self.clock, database),
            connectors=self.connectors,
            deployments=Deployments(),
            settings=settings,
            files_folder=Path(folder),
            signals=self.signals,
            runner=choose(settings, database.engine),
            language=i18n.language,
        )
