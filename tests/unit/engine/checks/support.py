"""What the tests of the check share."""

from collections.abc import Mapping, Sequence
from typing import Any

from sketch import sketch

from pikflow.engine.check import check_files
from pikflow.engine.facts import FormFacts
from pikflow.errors import Finding


def form(*provides: str, reads: Sequence[str] = (), sections: Sequence[str] = ()) -> FormFacts:
    return FormFacts(frozenset(provides), frozenset(reads), frozenset(sections))


def check(text: str | bytes, **world: Any) -> list[Finding]:
    """The findings of one sketched (or written out) file."""
    data = text if isinstance(text, bytes) else sketch(text)
    return check_files({"probe.bpmn": data}, **world)


def told(findings: Sequence[Finding], *severities: str) -> list[tuple[str, str]]:
    """(code, element) of the findings, without what only concerns lanes and forms of tasks."""
    return [
        (finding.code, finding.element)
        for finding in findings
        if finding.code not in ("task-without-lane", "task-untyped")
        and (not severities or finding.severity in severities)
    ]


def codes(text: str | bytes, **world: Any) -> list[tuple[str, str]]:
    return told(check(text, **world))


def together(files: Mapping[str, str], **world: Any) -> list[Finding]:
    """The findings of several sketches; the name of each is its process id."""
    return check_files({f"{key}.bpmn": sketch(t, process=key) for key, t in files.items()}, **world)
