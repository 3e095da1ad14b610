"""`pikflow doctor`: what is wrong with the set-up and with what is stored."""

import sys
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from pikflow.cli.arguments import JSON
from pikflow.cli.printing import MARKS, count, print_json, progress
from pikflow.services.symptoms import Symptom
from pikflow.web.flow import current_flow


@click.command("doctor")
@click.option("--data", is_flag=True, help="Auch jeden Vorgang mit seinen Zeilen vergleichen.")
@JSON
@with_appcontext
def doctor_command(data: bool, as_json: bool) -> None:
    """Untersucht Einrichtung und Daten, ohne etwas zu ändern; endet mit 1, wenn etwas fehlt."""
    found = []
    for symptom in _examine(data):
        found.append(symptom)
        if not as_json:
            _print(symptom)
    if as_json:
        print_json([symptom.as_dict() for symptom in found])
    else:
        click.echo(f"{count(len(found), 'Befund', 'Befunde')}.")
    sys.exit(1 if any(symptom.severity == "error" for symptom in found) else 0)


def _examine(data: bool) -> Iterator[Symptom]:
    if not current_app.secret_key:
        yield Symptom("secret-missing", "SECRET_KEY fehlt: Niemand kann ein Formular absenden.")
    doctor = current_flow().services.doctor
    setup = list(doctor.examine_setup())
    yield from setup
    if data and not {symptom.code for symptom in setup} & {"database-unreachable", "schema-unfit"}:
        with progress("Vorgänge") as report:
            yield from doctor.examine_data(report)


def _print(symptom: Symptom) -> None:
    place = " ".join(filter(None, (symptom.case, symptom.subject)))
    click.echo(f"{MARKS[symptom.severity]} {symptom.code}{place and f' [{place}]'}: ", nl=False)
    click.echo(symptom.message)


COMMANDS = (doctor_command,)
