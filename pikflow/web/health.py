"""Is the service up? For load balancers and monitoring; no sign-in, no case data."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from pikflow import __version__
from pikflow.web.flow import current_flow
from pikflow.web.guards import PUBLIC, Route


def live() -> ResponseReturnValue:
    """The process answers; says nothing about the database."""
    return jsonify(status="ok", version=__version__)


def ready() -> ResponseReturnValue:
    """Database, schema, upload folder and disk are as this release needs them; 503 when not."""
    found = current_flow().services.readiness()
    body = {
        "status": "ok" if found.ready else "unavailable",
        "database": found.database,
        "schema": found.schema,
        "files": found.files,
        "disk": found.disk,
        "version": __version__,
    }
    return jsonify(body), 200 if found.ready else 503


def worker() -> ResponseReturnValue:
    """Somebody works jobs and deadlines, and none waits for long; 503 when not."""
    found = current_flow().services.background()
    body = {
        "status": "ok" if found.healthy else "unavailable",
        "database": found.database,
        "workers": found.workers,
        "oldest_due_seconds": found.oldest_due_seconds,
        "dead_jobs": found.dead,
    }
    return jsonify(body), 200 if found.healthy else 503


ROUTES = (
    Route("/health/live", "health_live", live, PUBLIC),
    Route("/health/ready", "health_ready", ready, PUBLIC),
    Route("/health/worker", "health_worker", worker, PUBLIC),
)
