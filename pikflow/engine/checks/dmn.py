"""Decision tables (DMN 1.1 to 1.5): well formed, with cells that can be read, types that fit, and
rules that do not get in each other's way."""

from collections.abc import Iterator, Mapping, Sequence

from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.library import Library
from pikflow.engine.decisions.problems import Problem
from pikflow.engine.decisions.remarks import remarks


def check(library: Library, files: Mapping[str, Sequence[Decision]]) -> Iterator[Report]:
    """A report for each DMN file (name -> its decisions), with what is wrong with them."""
    for file, decisions in files.items():
        report = Report(file)
        if not decisions:
            report.error(
                Spot("", 1),
                "dmn-no-decision",
                "Die Datei enthält keine Entscheidung.",
                "Legen Sie mindestens eine Entscheidungstabelle an.",
            )
        for decision, problem in library.problems:
            if decision.file == file:
                _report(report, decision, problem)
        for decision in decisions:
            ready = library.ready.get(decision.id)
            if ready is not None and ready.decision is decision:
                for problem in remarks(ready):
                    _report(report, decision, problem)
        yield report


def _report(report: Report, decision: Decision, problem: Problem) -> None:
    add = getattr(report, problem.severity)
    add(Spot(decision.id, problem.line), problem.code, problem.message, problem.hint)
