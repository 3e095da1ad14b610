"""Commands around the directory of organisations."""

from pathlib import Path

import click
from flask.cli import AppGroup

from pikflow.cli.printing import progress, refusals
from pikflow.cli.tables import require_tables
from pikflow.web.flow import current_flow

organisations_commands = AppGroup("organisations", help="Das Verzeichnis der Gemeinden und Kreise.")


@organisations_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Liest das amtliche Gemeindeverzeichnis (GV100AD) ein; erneutes Einlesen gleicht ab."""
    require_tables()
    with refusals(), progress("Gemeindeverzeichnis") as report:
        done = current_flow().services.organisations.import_register(file, report=report)
    click.echo(
        f"{done.added} neu, {done.changed} geändert, {done.unchanged} unverändert, "
        f"{done.retired} stillgelegt; {done.skipped} unbewohnte Gebiete ausgelassen."
    )


COMMANDS = (organisations_commands,)
