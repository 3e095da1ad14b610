"""Commands that set the database up and bring processes and forms into it: init-db, deploy."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from pikflow.cli.arguments import PATHS
from pikflow.cli.printing import count, print_findings, refusals
from pikflow.cli.tables import require_tables
from pikflow.services import sources
from pikflow.web.flow import current_flow


@click.command("init-db")
@with_appcontext
def init_db_command() -> None:
    """Legt die Tabellen an. Was es schon gibt, bleibt."""
    services = current_flow().services
    services.environment.database.create()
    services.worker.prepare()
    click.echo("Die Datenbank ist eingerichtet.")


@click.command("deploy")
@with_appcontext
@PATHS
@click.option("--reason", default="", help="Grund der Änderung; er steht später beim Stand.")
def deploy_command(paths: tuple[Path, ...], reason: str) -> None:
    """Spielt Abläufe und Formulare als neue Fassung ein, wenn sie fehlerfrei sind."""
    files, findings = sources.read(paths)
    if findings:
        print_findings(findings)
        sys.exit(1)
    require_tables()
    with refusals():
        deployed = current_flow().services.definitions.deploy(files, reason=reason)
    for record in deployed.fresh:
        click.echo(f"{record.name} ({record.key}): Fassung {record.version}")
    click.echo(f"{count(len(deployed.fresh), 'neue Fassung', 'neue Fassungen')}, "
               f"{len(deployed.same)} unverändert.")  # fmt: skip


COMMANDS = (init_db_command, deploy_command)
