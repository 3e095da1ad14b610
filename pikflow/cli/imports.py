"""Command that takes in files of other products."""

import sys
from pathlib import Path

import click

from pikflow.cli.printing import count, print_findings
from pikflow.notes import Note
from pikflow.services import sources
from pikflow.services.studio import imports

GROUPS = {"missing": "Fehlt", "translated": "Übersetzt", "kept": "Behalten, ohne Wirkung"}


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="DATEI...",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--to", "folder", default=Path("."), type=click.Path(file_okay=False, path_type=Path),
              help="Ordner, in den geschrieben wird; sonst der, in dem Sie sind.")  # fmt: skip
@click.option("--force", is_flag=True, help="Vorhandene Dateien ersetzen.")
def import_command(paths: tuple[Path, ...], folder: Path, force: bool) -> None:
    """Übernimmt Prozesse und Formulare aus anderen Werkzeugen (docs/foreign.md).

    Prozesse kommen nach workflows/, Formulare nach forms/. Was zusammengehört (Prozess und
    Formulare, Schema und UI-Schema), wird zusammen angegeben. Die Dateien selbst bleiben, wie sie
    sind; jede Änderung und alles, was fehlt, steht in der Ausgabe.
    """
    files, findings = sources.read(paths, suffixes=imports.SUFFIXES)
    made = imports.translate(files)
    there = [file.path for file in made.files if (folder / file.path).exists()]
    if there and not force:
        listed = ", ".join(there[:5])
        raise click.ClickException(
            f"Das gibt es schon: {listed}. Nehmen Sie einen anderen Ordner (--to) oder --force."
        )
    print_findings(findings)
    _print_notes(made)
    for file in made.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        wrote = f" ({file.product})" if file.product else ""
        click.echo(f"{file.source}{wrote} -> {target.as_posix()}")
    click.echo(f"{count(len(made.files), 'Datei', 'Dateien')} geschrieben, "
               f"{len(made.of('translated'))} übersetzt, {len(made.of('kept'))} behalten, "
               f"{len(made.of('missing'))} fehlen.")  # fmt: skip
    sys.exit(1 if findings or not made.files else 0)


def _print_notes(made: imports.Imported) -> None:
    names = dict.fromkeys(note.file for note in made.notes)
    for name in names:
        for fate, notes in imports.by_fate(note for note in made.notes if note.file == name):
            click.echo(f"{GROUPS[fate]}: {name}")
            for note in notes:
                _print_note(note)


def _print_note(note: Note) -> None:
    place = f"{note.line:>5}" if note.line else "     "
    element = f" [{note.element}]" if note.element else ""
    click.echo(f"{place}{element} {note.what}")
    if note.before and note.after:
        click.echo(f"        {_flat(note.before)}  ->  {_flat(note.after)}")
    elif note.before or note.after:
        click.echo(f"        {_flat(note.before or note.after)}")
    if note.hint:
        click.echo(f"        {note.hint}")


def _flat(text: str) -> str:
    return " ".join(text.split())


COMMANDS = (import_command,)
