"""`pikflow backup` and `pikflow restore`: everything in one archive, and back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from pikflow.cli.printing import count, progress, refusals
from pikflow.cli.tables import require_tables
from pikflow.services.backup import Backed
from pikflow.web.flow import current_flow


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup_command(file: Path) -> None:
    """Sichert Datenbank und Dateien in ein Archiv (.tar oder .tar.gz), auch im laufenden Betrieb.

    Endet mit 1, wenn schon vorher Dateien fehlten; das Archiv ist dann trotzdem geschrieben.
    """
    require_tables()
    with refusals(), _disk_faults(), progress("Dateien") as report:
        done = current_flow().services.backup.write(file, report)
    click.echo(f"{file} geschrieben: {_counts(done)}.")
    click.echo(f"SHA-256 {done.digest}")
    for digest in done.missing:
        click.echo(f"Fehler file-damaged: Die Datei {digest} fehlt oder ist verändert.", err=True)
    sys.exit(1 if done.missing else 0)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Ersetzen, was in der Datenbank steht.")
@click.option(
    "--sha256", "digest", default="", help="Prüfsumme, die beim Sichern ausgegeben wurde."
)
@with_appcontext
def restore_command(file: Path, force: bool, digest: str) -> None:
    """Spielt ein Archiv von „pikflow backup“ ein, ganz oder gar nicht.

    Webserver und Arbeiter müssen angehalten sein.
    """
    with refusals(), _disk_faults(), progress("Prüfen") as report:
        done = current_flow().services.backup.restore(file, report, force=force, digest=digest)
    click.echo(f"{file} eingespielt: {_counts(done)}.")
    click.echo("Prüfen Sie das Ergebnis mit „pikflow doctor --data“.")


def _counts(done: Backed) -> str:
    return f"{count(done.rows, 'Zeile', 'Zeilen')} und {count(done.files, 'Datei', 'Dateien')}"


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        text = f"{fault.filename or 'Datei'}: {fault.strerror or 'nicht lesbar'}"
        raise click.ClickException(text) from fault


COMMANDS = (backup_command, restore_command)
