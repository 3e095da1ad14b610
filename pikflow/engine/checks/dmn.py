"""Decision tables (DMN 1.1 to 1.5): well formed, with cells that can be read, types that fit, and
rules that do not get in each other's way."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.decisions.compiled import Ready
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.library import Library
from pikflow.engine.decisions.overlaps import Chart, Meeting, chart
from pikflow.engine.decisions.policies import same
from pikflow.expressions import Expression, ExpressionFault

_SHOWN = 5  # of the overlaps of one table
_WHOLE_TABLES = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


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
                add = getattr(report, problem.severity)
                add(Spot(decision.id, problem.line), problem.code, problem.message, problem.hint)
        for decision in decisions:
            ready = library.ready.get(decision.id)
            if ready is not None and ready.decision is decision and decision.table is not None:
                _types(ready, report)
                _rules(ready, report)
        yield report


# --- types -----------------------------------------------------------------------------------


def _types(ready: Ready, report: Report) -> None:
    """Constants of the wrong kind, and such that the column says it does not have."""
    name = ready.decision.label
    for rule in ready.rules:
        spot = Spot(ready.decision.id, rule.line)
        for column, condition in zip(ready.inputs, rule.conditions, strict=True):
            what = f"Zeile {rule.number}, Eingabe {column.number} der Tabelle „{name}“"
            for point in condition.points or ():
                if not column.kind.fits(point):
                    _wrong_kind(report, spot, what, column.kind.negated, "hält nie")
                elif point is not None and column.allowed and not column.allowed.holds(point, {}):
                    _outside(report, spot, what, point)
        for output, expression in zip(ready.outputs, rule.outputs, strict=True):
            what = f"Zeile {rule.number}, Ausgabe {output.number} der Tabelle „{name}“"
            known, value = _constant(expression)
            if known and not output.kind.fits(value):
                _wrong_kind(report, spot, what, output.kind.negated, "passt nicht")
            elif known and output.listed and not output.listed.holds(value, {}):
                _outside(report, spot, what, value)


def _constant(expression: Expression | None) -> tuple[bool, Any]:
    """(whether it is one, its value)."""
    if expression is None or expression.tree[0] not in ("value", "neg", "call"):
        return False, None
    if expression.names or expression.row_names or "today" in expression.text:
        return False, None
    try:
        return True, expression.evaluate({})
    except ExpressionFault:
        return False, None


def _wrong_kind(report: Report, spot: Spot, what: str, is_not: str, result: str) -> None:
    report.error(
        spot,
        "dmn-type",
        f"{what} ist {is_not} und {result}.",
        "Ändern Sie den Wert, oder die Art der Spalte (typeRef). Texte stehen in "
        "Anführungszeichen, Tage in date(...).",
    )


def _outside(report: Report, spot: Spot, what: str, value: Any) -> None:
    report.warning(
        spot,
        "dmn-value-unlisted",
        f"{what} nennt {shown(value)}; das steht nicht unter den Werten der Spalte.",
        "Ergänzen Sie die Werte der Spalte, oder berichtigen Sie die Zeile.",
    )


# --- rules -----------------------------------------------------------------------------------


def _rules(ready: Ready, report: Report) -> None:
    table = ready.decision.table
    found = chart(ready)
    if table is None:
        return
    if found is None:
        report.information(
            Spot(ready.decision.id, table.line),
            "dmn-not-examined",
            f"Ob sich Zeilen der Tabelle „{ready.decision.label}“ überschneiden, ist nicht "
            "geprüft: Sie ist zu groß.",
            "Teilen Sie die Tabelle auf.",
        )
        return
    if table.policy == "UNIQUE":
        _meetings(ready, found, list(found.meetings()), report)
    elif table.policy == "ANY":
        _meetings(ready, found, [m for m in found.meetings() if _differ(ready, m)], report)
    elif table.policy == "FIRST":
        _hidden(ready, found, report)
    if table.policy in _WHOLE_TABLES and not any(output.default for output in ready.outputs):
        _gap(ready, found, report)


def _meetings(ready: Ready, found: Chart, meetings: Sequence[Meeting], report: Report) -> None:
    """Overlaps are an error where every input can really come up, else something to look at."""
    table = ready.decision.table
    for meeting in meetings[:_SHOWN]:
        rule = ready.rules[meeting.second - 1]
        add = report.error if found.sure else report.warning
        what = "" if table and table.policy == "UNIQUE" else " und ergeben Verschiedenes"
        more = len(meetings) - _SHOWN
        add(
            Spot(ready.decision.id, rule.line),
            "dmn-rules-overlap",
            f"Die Zeilen {meeting.first} und {meeting.second} der Tabelle "
            f"„{ready.decision.label}“ treffen zugleich zu{what}, zum Beispiel bei "
            f"{_example(meeting.example)}"
            + (f" (und {more} weitere Paare)." if more > 0 and meeting is meetings[0] else "."),
            f"Grenzen Sie die Zeilen ab, oder nehmen Sie statt {table.policy if table else ''} "
            "eine andere Trefferregel, zum Beispiel FIRST.",
        )


def _differ(ready: Ready, meeting: Meeting) -> bool:
    """Whether two rules are known to give different things."""
    pairs = zip(
        ready.rules[meeting.first - 1].outputs, ready.rules[meeting.second - 1].outputs, strict=True
    )
    for one, other in pairs:
        first, second = _constant(one), _constant(other)
        if first[0] and second[0] and not same(first[1], second[1]):
            return True
    return False


def _hidden(ready: Ready, found: Chart, report: Report) -> None:
    for number, earlier in found.hidden():
        report.warning(
            Spot(ready.decision.id, ready.rules[number - 1].line),
            "dmn-rule-unreached",
            f"Zeile {number} der Tabelle „{ready.decision.label}“ kommt nie an die Reihe: Zeile "
            f"{earlier} nimmt alles, was sie nähme.",
            "Stellen Sie die engere Zeile nach vorn, oder löschen Sie sie.",
        )


def _gap(ready: Ready, found: Chart, report: Report) -> None:
    example = found.gap() if ready.rules else None
    if example is not None:
        report.information(
            Spot(ready.decision.id, ready.decision.table.line if ready.decision.table else 0),
            "dmn-gap",
            f"In der Tabelle „{ready.decision.label}“ trifft keine Zeile zu"
            + (f", zum Beispiel bei {_example(example)}." if example else "."),
            "Das Ergebnis ist dann nichts. Ergänzen Sie eine Zeile, oder eine Vorgabe der Ausgabe.",
        )


def _example(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{label} = {shown(value)}" for label, value in values.items())


def shown(value: Any) -> str:
    """A constant as it stands in a cell."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"'
