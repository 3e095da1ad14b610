"""What commands print: findings, reports, JSON, refusals and progress."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from pikflow.errors import DefinitionInvalid, Finding, PikFlowError

MARKS = {"error": "Fehler", "warning": "Warnung", "information": "Hinweis"}


@contextmanager
def refusals() -> Any:
    """Show what pikflow refuses as text and end with 1."""
    try:
        yield
    except DefinitionInvalid as fault:
        print_findings(fault.findings)
        click.echo("Nichts wurde eingespielt.", err=True)
        sys.exit(1)
    except PikFlowError as fault:
        raise click.ClickException(f"{fault.message} {fault.hint}".strip()) from fault


@contextmanager
def progress(label: str) -> Any:
    """A progress bar fed by (done, in all)."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def report(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield report


def print_findings(findings: Iterable[Finding]) -> None:
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        element = f" [{finding.element}]" if finding.element else ""
        click.echo(f"{place}{element} {MARKS[finding.severity]} {finding.code}: {finding.message}")
        if finding.hint:
            click.echo(f"    {finding.hint}")


def print_report(report: Mapping[str, Any]) -> None:
    print_findings(Finding(**row) for row in report["findings"])
    click.echo("Durchlaufen: " + (" → ".join(report["trace"]) or "nichts"))
    if report["waiting"]:
        click.echo("Wartet bei: " + ", ".join(report["waiting"]))
    click.echo("Daten: " + json.dumps(report["data"], ensure_ascii=False))
    click.echo(
        "Der Ablauf ist zu Ende." if report["completed"] else "Der Ablauf ist nicht zu Ende."
    )


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def has_errors(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
