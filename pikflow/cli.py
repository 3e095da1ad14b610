"""The command line: parse, call one service, print. Hangs on a host's app as `flask pikflow`.

Commands that only read files (check, test, simulate, layout) need no app and no database.
Exit codes: 0 fine, 1 something is wrong with the files or a rule refused, 2 wrong usage.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from pikflow.connectors import Connectors
from pikflow.connectors.builtin import register_all
from pikflow.engine.layout import lay_out
from pikflow.errors import DefinitionInvalid, Finding, PikFlowError
from pikflow.services import answers as given_answers
from pikflow.services import checking, journeys, rounds, sources
from pikflow.services.deployments import kind_of
from pikflow.services.simulation import nothing, simulate_file
from pikflow.web.flow import current_flow

commands = AppGroup("pikflow", help="Abläufe und Formulare prüfen, ausprobieren und einspielen.")

_MARKS = {"error": "Fehler", "warning": "Warnung", "information": "Hinweis"}
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Ausgabe für Programme.")


# --- files -------------------------------------------------------------------------------------


@commands.command("check", with_appcontext=False)
@_PATHS
@_JSON
def check_command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Prüft Abläufe, Tabellen und Formulare; endet mit 1, wenn etwas falsch ist.

    Was die Dateien an Katalog, Formularen und gerufenen Prozessen nicht selbst mitbringen, wird bei
    den mitgelieferten gesucht.
    """
    files, findings = sources.read(paths)
    findings += _check(files)
    if as_json:
        _print_json([finding.as_dict() for finding in findings])
    else:
        _print_findings(findings)
        click.echo(f"{_count(len(files), 'Datei', 'Dateien')} geprüft, "
                   f"{_count(len(findings), 'Befund', 'Befunde')}.")  # fmt: skip
    sys.exit(1 if _has_errors(findings) else 0)


@commands.command("simulate", with_appcontext=False)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path),
              help="YAML: Element-Kennung und die Antworten dazu.")  # fmt: skip
@click.option("--process", "process_id", help="Kennung des Prozesses, wenn die Datei mehrere hat.")
@_JSON
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
        _print_json(report)
    else:
        _print_report(report)
    sys.exit(0 if report["completed"] else 1)


@commands.command("test", with_appcontext=False)
@_PATHS
@click.option("--only", default="", help="Nur Wege, deren Pfad diesen Text enthält.")
def test_command(paths: tuple[Path, ...], only: str) -> None:
    """Geht die Wege (journeys) in den Dateien durch.

    Was die Dateien nicht selbst mitbringen, kommt von den mitgelieferten.
    """
    files, findings = sources.read(paths)
    with _refusals():
        outcomes = journeys.run({**_missing(files), **files}, only=only, report=_print_outcome)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    _print_findings(findings)
    click.echo(f"{_count(len(outcomes), 'Weg', 'Wege')} gegangen, {len(failed)} gescheitert.")
    sys.exit(1 if failed or findings else 0)


@commands.command("layout", with_appcontext=False)
@_PATHS
def layout_command(paths: tuple[Path, ...]) -> None:
    """Zeichnet die Diagramme von BPMN-Dateien neu; der Ablauf selbst bleibt, wie er ist."""
    files, findings = sources.read(paths)
    for path, data in files.items():
        if kind_of(path, data) != "bpmn":
            continue
        try:
            fresh = lay_out(data)
        except DefinitionInvalid as fault:
            findings += fault.findings
            continue
        if fresh != data:
            Path(path).write_bytes(fresh)
            click.echo(f"{path} neu gezeichnet")
    _print_findings(findings)
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


# --- database ----------------------------------------------------------------------------------


@commands.command("init-db")
def init_db_command() -> None:
    """Legt die Tabellen an. Was es schon gibt, bleibt."""
    current_flow().services.environment.database.create()
    click.echo("Die Datenbank ist eingerichtet.")


@commands.command("deploy")
@_PATHS
def deploy_command(paths: tuple[Path, ...]) -> None:
    """Spielt Abläufe und Formulare als neue Fassung ein, wenn sie fehlerfrei sind."""
    files, findings = sources.read(paths)
    if findings:
        _print_findings(findings)
        sys.exit(1)
    with _refusals():
        deployed = current_flow().services.definitions.deploy(files)
    for record in deployed.fresh:
        click.echo(f"{record.name} ({record.key}): Fassung {record.version}")
    click.echo(f"{_count(len(deployed.fresh), 'neue Fassung', 'neue Fassungen')}, "
               f"{len(deployed.same)} unverändert.")  # fmt: skip


@commands.group("organisations")
def organisations_commands() -> None:
    """Das Verzeichnis der Gemeinden und Kreise."""


@organisations_commands.command("import")
@_FILE
def import_command(file: Path) -> None:
    """Liest das amtliche Gemeindeverzeichnis (GV100AD) ein; erneutes Einlesen gleicht ab."""
    with _refusals(), _progress("Gemeindeverzeichnis") as report:
        done = current_flow().services.organisations.import_register(file, report=report)
    click.echo(
        f"{done.added} neu, {done.changed} geändert, {done.unchanged} unverändert, "
        f"{done.retired} stillgelegt; {done.skipped} unbewohnte Gebiete ausgelassen."
    )


# --- printing ----------------------------------------------------------------------------------


@contextmanager
def _refusals() -> Any:
    """Show what pikflow refuses as text and end with 1."""
    try:
        yield
    except DefinitionInvalid as fault:
        _print_findings(fault.findings)
        click.echo("Nichts wurde eingespielt.", err=True)
        sys.exit(1)
    except PikFlowError as fault:
        raise click.ClickException(f"{fault.message} {fault.hint}".strip()) from fault


@contextmanager
def _progress(label: str) -> Any:
    """A progress bar fed by (done, in all)."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield report


def _print_findings(findings: Iterable[Finding]) -> None:
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        element = f" [{finding.element}]" if finding.element else ""
        click.echo(f"{place}{element} {_MARKS[finding.severity]} {finding.code}: {finding.message}")
        if finding.hint:
            click.echo(f"    {finding.hint}")


def _print_report(report: Mapping[str, Any]) -> None:
    _print_findings(Finding(**row) for row in report["findings"])
    click.echo("Durchlaufen: " + (" → ".join(report["trace"]) or "nichts"))
    if report["waiting"]:
        click.echo("Wartet bei: " + ", ".join(report["waiting"]))
    click.echo("Daten: " + json.dumps(report["data"], ensure_ascii=False))
    click.echo(
        "Der Ablauf ist zu Ende." if report["completed"] else "Der Ablauf ist nicht zu Ende."
    )


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
