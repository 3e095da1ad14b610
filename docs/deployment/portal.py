"""A host's app as gunicorn, the workers and the command line start it: an example.

The settings come from a file only the service may read; `Directory` is where the host says who is
signed in and who works where.
"""

import tomllib
from pathlib import Path

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from portal_directory import Directory

from pikflow import PikFlow

SETTINGS = Path("/run/secrets/portal")


def create_app(settings: Path = SETTINGS) -> Flask:
    """The app; `settings` is a TOML file with SECRET_KEY, SQLALCHEMY_DATABASE_URI and PIKFLOW_…"""
    app = Flask("portal", instance_path="/var/lib/portal")
    app.config.from_file(str(settings), load=tomllib.load, text=False)
    database = SQLAlchemy(app)
    PikFlow(app, db=database, identity=Directory())
    return app
