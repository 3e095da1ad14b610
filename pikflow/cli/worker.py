"""The worker process: `pikflow worker`."""

import signal
import sys
import time

import click
from flask.cli import with_appcontext

from pikflow.cli.tables import require_tables
from pikflow.web.flow import current_flow

_LOOK = 0.2  # seconds between looks whether somebody wants it to end
_LEEWAY = 15  # seconds for signing off


@click.command("worker")
@click.option(
    "--concurrency",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="So viele Aufträge zugleich.",
)
@with_appcontext
def worker_command(concurrency: int) -> None:
    """Erledigt Fristen und Aufträge, bis es beendet wird.

    SIGTERM oder Strg+C: Was angefangen ist, wird fertig, dann endet der Prozess. Endet mit 1, wenn
    der Prozess nicht weiterarbeiten kann und neu gestartet werden muss.
    """
    services = current_flow().services
    asked: list[int] = []  # no lock: a signal may come while one is held
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda number, _: asked.append(number))
    require_tables()
    services.worker.start(concurrency)
    click.echo(f"Der Arbeiter läuft ({services.environment.runner.name}).")
    while services.worker.running and not asked:
        time.sleep(_LOOK)
    grace = services.environment.settings["PIKFLOW_JOBS_STOP_SECONDS"]
    services.worker.stop(grace + _LEEWAY)
    click.echo("Der Arbeiter ist beendet.")
    if not asked:
        sys.exit(1)


COMMANDS = (worker_command,)
