"""Commands that only read files: check, simulate, test, layout. They need no app, no database."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from pikflow.cli.arguments import JSON, PATHS
from pikflow.cli.printing import (
    count,
    has_errors,
    print_findings,
    print_json,
    print_report,
    refusals,
)
from pikflow.connectors import Connectors
from pikflow.connectors.builtin import register_all
from pikflow.engine.layout import lay_out
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.services import answers as given_answers
from pikflow.services import checking, rounds, sources
from pikflow.services.deployments import kind_of
from pikflow.services.journeys import journeys
from pikflow.services.proofreading import proofread
from pikflow.services.rehearsing.simulation import nothing, simulate_file


@click.command("check")
@PATHS
@click.option("--texts", is_flag=True,
              help="Liest auch die Texte Korrektur: Satzlänge, Abkürzungen, Wortwahl.")  # fmt: skip
@JSON
def check_command(paths: tuple[Path, ...], texts: bool, as_json: bool) -> None:
    """Prüft Abläufe, Tabellen und Formulare; endet mit 1, wenn etwas falsch ist.

    Was die Dateien an Katalog, Formularen und gerufenen Prozessen nicht selbst mitbringen, wird bei
    den mitgelieferten gesucht.
    """
    files, findings = sources.read(paths)
    findings += _check(files)
    if texts:
        beside = sources.concerning(files)
        findings += proofread({**checking.merged(beside, files), **files}, only=files)
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        print_findings(findings)
        click.echo(f"{count(len(files), 'Datei', 'Dateien')} geprüft, "
                   f"{count(len(findings), 'Befund', 'Befunde')}.")  # fmt: skip
    sys.exit(1 if has_errors(findings) else 0)


@click.command("simulate")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path),
              help="YAML: Element-Kennung und die Antworten dazu.")  # fmt: skip
@click.option("--process", "process_id", help="Kennung des Prozesses, wenn die Datei mehrere hat.")
@JSON
def simulate_command(
    file: Path, answers: Path | None, process_id: str | None, as_json: bool
) -> None:
    """Spielt einen Ablauf ohne Datenbank durch; endet mit 1, wenn er nicht zum Ende kommt."""
    files, findings = sources.read([file])
    findings += _check(files)
    try:
        given = given_answers.read(answers) if answers else {}
        report = simulate_file(file, process_id, given, findings=tuple(findings))
    except DefinitionInvalid as fault:
        report = nothing((*findings, *fault.findings))
    if as_json:
        print_json(report)
    else:
        print_report(report)
    sys.exit(0 if report["completed"] else 1)


@click.command("test")
@PATHS
@click.option("--only", default="", help="Nur Wege, deren Pfad diesen Text enthält.")
def test_command(paths: tuple[Path, ...], only: str) -> None:
    """Geht die Wege (journeys) in den Dateien durch.

    Was die Dateien nicht selbst mitbringen, kommt von den mitgelieferten.
    """
    files, findings = sources.read(paths)
    if not files:
        print_findings(findings)
        sys.exit(1)
    with refusals():
        outcomes = journeys.run({**_missing(files), **files}, only=only, report=_print_outcome)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    print_findings(findings)
    click.echo(f"{count(len(outcomes), 'Weg', 'Wege')} gegangen, {len(failed)} gescheitert.")
    sys.exit(1 if failed or findings else 0)


@click.command("layout")
@PATHS
def layout_command(paths: tuple[Path, ...]) -> None:
    """Zeichnet die Diagramme von BPMN-Dateien neu; der Ablauf selbst bleibt, wie er ist."""
    files, findings = sources.read(paths)
    for path, data in files.items():
        if kind_of(path, data) != "bpmn":
            continue
        try:
            fresh = lay_out(data)
        except DefinitionInvalid as fault:
            findings += [replace(finding, file=path) for finding in fault.findings]
            continue
        if fresh != data:
            Path(path).write_bytes(fresh)
            click.echo(f"{path} neu gezeichnet")
    print_findings(findings)
    sys.exit(1 if findings else 0)


def _check(files: Mapping[str, bytes]) -> list[Finding]:
    connectors = Connectors()
    register_all(connectors)
    names = frozenset({*connectors.names, rounds.OPEN_ROUND})
    return checking.check(files, connectors=names, beside=sources.concerning(files))


def _missing(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The bundled files, unless the given ones bring their kind themselves."""
    kinds = {kind_of(path, data) for path, data in files.items()}
    return {
        path: data for path, data in sources.bundled().items() if kind_of(path, data) not in kinds
    }


def _print_outcome(outcome: journeys.Outcome) -> None:
    click.echo(f"{'ok     ' if outcome.passed else 'FEHLER '} {outcome.file}: {outcome.title}")
    if not outcome.passed:
        click.echo(f"    {outcome.message}")


COMMANDS = (check_command, simulate_command, test_command, layout_command)
