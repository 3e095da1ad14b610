"""Which runner an installation uses: PIKFLOW_JOBS_RUNNER."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pikflow.errors import Invalid
from pikflow.runners.embedded import EmbeddedRunner
from pikflow.runners.port import JobRunner


def choose(settings: Mapping[str, Any], engine: Any) -> JobRunner:
    """The runner of the settings for a database (SQLAlchemy's engine).

    Raises Invalid: "runner-unknown", "runner-missing" (not installed) and "runner-database" (does
    not work on this database).
    """
    name = settings["PIKFLOW_JOBS_RUNNER"]
    times = {
        "pause": settings["PIKFLOW_JOBS_POLL_SECONDS"],
        "grace": settings["PIKFLOW_JOBS_STOP_SECONDS"],
    }
    if name == EmbeddedRunner.name:
        return EmbeddedRunner(**times)
    if name != "procrastinate":
        raise Invalid(
            "runner-unknown",
            f"PIKFLOW_JOBS_RUNNER „{name}“ gibt es nicht.",
            "Möglich sind „embedded“ und „procrastinate“.",
        )
    if engine.dialect.name != "postgresql" or engine.dialect.driver != "psycopg":
        raise Invalid(
            "runner-database",
            "Procrastinate arbeitet nur mit PostgreSQL über psycopg 3.",
            "Die Adresse der Datenbank beginnt dann mit „postgresql+psycopg://“.",
        )
    try:
        module = import_module("pikflow.runners.procrastinate")  # an extra; slow to import
    except ImportError as fault:
        raise Invalid(
            "runner-missing",
            "Procrastinate ist nicht installiert.",
            "Installieren Sie pikflow mit dem Zusatz „postgres“.",
        ) from fault
    arguments = engine.dialect.create_connect_args(engine.url)[1]
    runner: JobRunner = module.ProcrastinateRunner(
        {key: value for key, value in arguments.items() if key != "context"}, **times
    )
    return runner
