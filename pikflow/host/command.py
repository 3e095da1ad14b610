"""The console command `pikflow`: the commands of cli on the portal, and the demo itself."""

import logging
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.serving import make_server

from pikflow import __version__
from pikflow.cli import commands
from pikflow.errors import PikFlowError
from pikflow.host import demo, instance, seed
from pikflow.host.app import create_app
from pikflow.services import Services

FOLDER = Path("var/demo")  # beside the project one stands in; git ignores it
_LOOPBACK = "127.0.0.1"
_STARTED = "demo"  # a file that says the folder is a demo's, and may be emptied
_SEEDED = "seeded"  # a file that says the demo's cases are complete


def _portal() -> Flask:
    return create_app(os.environ.get("PIKFLOW_INSTANCE", FOLDER))


@click.group(
    cls=FlaskGroup, create_app=_portal, add_default_commands=False, add_version_option=False
)
@click.version_option(__version__, prog_name="pikflow")
def main() -> None:
    """pikflow: Formulare und Abläufe für Förderverfahren.

    Befehle mit Datenbank arbeiten am Portal im Ordner var/demo oder PIKFLOW_INSTANCE; mit --app an
    der eigenen Anwendung.
    """


for _name, _command in commands.commands.items():
    main.add_command(_command, _name)


@main.command("demo")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Alles verwerfen und neu beginnen.")
@click.option("--empty", is_flag=True, help="Ohne Beispielvorgänge beginnen.")
@click.option("--folder", default=FOLDER, show_default=True, type=click.Path(path_type=Path))
def demo_command(port: int, reset: bool, empty: bool, folder: Path) -> None:
    """Startet das Portal zum Ausprobieren, mit Organisationen, Personen und Vorgängen."""
    fresh = reset or not (folder / _SEEDED).exists()
    if fresh:
        _clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _STARTED).touch()
    app = create_app(folder, {"PIKFLOW_DEMO": True})
    services: Services = app.extensions["pikflow"].services
    try:
        instance.prepare(app)
        if fresh:
            _seed(services, empty)
            (folder / _SEEDED).touch()
    except PikFlowError as fault:
        raise click.ClickException(f"{fault.message} {fault.hint}".strip()) from fault
    _serve(app, services, port)


def _clear(folder: Path) -> None:
    """Remove an earlier demo; raises ClickException for a folder that holds anything else, a
    portal with data of its own above all."""
    if not folder.exists():
        return
    marked = any((folder / name).exists() for name in (_STARTED, _SEEDED))
    if any(folder.iterdir()) and not marked and folder != FOLDER:
        raise click.ClickException(f"„{folder}“ ist kein Ordner der Demo und bleibt unberührt.")
    shutil.rmtree(folder)


def _seed(services: Services, empty: bool) -> None:
    plan = seed.read_plan()
    cases = [] if empty else plan.cases
    with click.progressbar(length=len(cases) + 1, label="Vorgänge anlegen", file=sys.stderr) as bar:
        advance: Callable[[], None] = lambda: bar.update(1)  # noqa: E731
        seed.sow(services, plan, cases, advance)


def _serve(app: Flask, services: Services, port: int) -> None:
    try:
        server = make_server(_LOOPBACK, port, app, threaded=True)
    except (OSError, SystemExit) as fault:
        raise click.ClickException(
            f"Port {port} ist belegt. Nehmen Sie einen anderen, zum Beispiel --port {port + 1}."
        ) from fault
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line per request helps nobody here
    services.worker.start()
    _greet(port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Das Portal wird beendet.")
    finally:
        server.server_close()
        services.worker.stop()


def _greet(port: int) -> None:
    click.echo(f"\npikflow läuft: http://{_LOOPBACK}:{port}/anmelden   (Ende mit Strg+C)\n")
    click.echo("Anmelden ohne Passwort als:")
    for persona in demo.load().personas:
        actor = persona.actor
        click.echo(f"  {actor.id:<13} {actor.name}, {actor.organisation.name}")
    click.echo()
