"""What is to be said of a table that can be used: values of the wrong kind, rules that get in each
other's way, and values no rule takes."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from pikflow.engine.decisions.compiled import Ready, ReadyRule
from pikflow.engine.decisions.elements import Table
from pikflow.engine.decisions.gaps import gaps, shown
from pikflow.engine.decisions.overlaps import Chart, bits, chart
from pikflow.engine.decisions.policies import rank, same
from pikflow.engine.decisions.problems import Problem
from pikflow.errors import Severity
from pikflow.expressions import Expression, ExpressionFault

_SHOWN = 5  # of the overlaps of one table
_COUNTED = 1_000  # of them, after which there are "more"
_GAPS = 3
_WHOLE_TABLES = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


def remarks(ready: Ready) -> Iterator[Problem]:
    """Everything there is to say; nothing of an expression."""
    table = ready.decision.table
    if table is None:
        return
    yield from _types(ready)
    found = chart(ready)
    if found is None:
        yield Problem(
            "information", table.line, "dmn-not-examined",
            f"Ob sich Zeilen der Tabelle „{ready.decision.label}“ überschneiden, ist nicht "
            "geprüft: Sie ist zu groß.",
            "Teilen Sie die Tabelle auf.",
        )  # fmt: skip
        return
    if table.policy in ("UNIQUE", "ANY"):
        yield from _meetings(ready, table, found)
    elif table.policy == "FIRST":
        yield from _hidden(ready, found)
    elif table.policy == "PRIORITY":
        yield from _outranked(ready, found)
    if table.policy in _WHOLE_TABLES and not any(output.default for output in ready.outputs):
        yield from _gaps(ready, table, found)


# --- types -------------------------------------------------------------------------------------


def _types(ready: Ready) -> Iterator[Problem]:
    """Constants of the wrong kind, and such that the column says it does not have."""
    name = ready.decision.label
    for rule in ready.rules:
        for column, condition in zip(ready.inputs, rule.conditions, strict=True):
            what = f"Zeile {rule.number}, Eingabe {column.number} der Tabelle „{name}“"
            for point in condition.points or ():
                if not column.kind.fits(point):
                    yield _wrong_kind(rule, what, column.kind.german, "hält nie")
                elif point is not None and column.allowed and not column.allowed.holds(point, {}):
                    yield _outside(rule, what, point)
        for output, expression in zip(ready.outputs, rule.outputs, strict=True):
            what = f"Zeile {rule.number}, Ausgabe {output.number} der Tabelle „{name}“"
            known, value = constant(expression)
            if known and not output.kind.fits(value):
                yield _wrong_kind(rule, what, output.kind.german, "passt nicht")
            elif known and output.listed and not output.listed.holds(value, {}):
                yield _outside(rule, what, value)


def constant(expression: Expression | None) -> tuple[bool, Any]:
    """(whether it is one, its value)."""
    if expression is None or expression.tree[0] not in ("value", "neg", "call"):
        return False, None
    if expression.names or expression.row_names or "today" in expression.text:
        return False, None
    try:
        return True, expression.evaluate({})
    except ExpressionFault:
        return False, None


def _wrong_kind(rule: ReadyRule, what: str, german: str, result: str) -> Problem:
    return Problem(
        "error", rule.line, "dmn-type",
        f"{what} ist nicht {german} und {result}.",
        "Ändern Sie den Wert, oder die Art der Spalte (typeRef). Texte stehen in "
        "Anführungszeichen, Tage in date(...).",
        (rule.number,),
    )  # fmt: skip


def _outside(rule: ReadyRule, what: str, value: Any) -> Problem:
    return Problem(
        "warning", rule.line, "dmn-value-unlisted",
        f"{what} nennt {shown(value)}; das steht nicht unter den Werten der Spalte.",
        "Ergänzen Sie die Werte der Spalte, oder berichtigen Sie die Zeile.",
        (rule.number,),
    )  # fmt: skip


# --- rules -------------------------------------------------------------------------------------


def _meetings(ready: Ready, table: Table, found: Chart) -> Iterator[Problem]:
    """Overlaps are an error where every input can really come up, else something to look at."""
    pairs = found.meetings()
    if table.policy == "ANY":
        pairs = filter(partial(_differ, ready, {}), pairs)
    counted = list(islice(pairs, _COUNTED + 1))
    severity: Severity = "error" if found.sure else "warning"
    what = "" if table.policy == "UNIQUE" else " und ergeben Verschiedenes"
    for first, second in counted[:_SHOWN]:
        yield Problem(
            severity, ready.rules[second - 1].line, "dmn-rules-overlap",
            f"Die Zeilen {first} und {second} der Tabelle „{ready.decision.label}“ treffen "
            f"zugleich zu{what}, zum Beispiel bei {_example(found.example(first, second))}"
            + (_more(len(counted)) if (first, second) == counted[0] else "."),
            f"Grenzen Sie die Zeilen ab, oder nehmen Sie statt {table.policy} eine andere "
            "Trefferregel, zum Beispiel FIRST.",
            (first, second),
        )  # fmt: skip


def _more(pairs: int) -> str:
    if pairs > _COUNTED:
        return f" (und mehr als {_COUNTED - _SHOWN} weitere Paare)."
    return f" (und {pairs - _SHOWN} weitere Paare)." if pairs > _SHOWN else "."


def _differ(
    ready: Ready, seen: dict[int, tuple[tuple[bool, Any], ...]], pair: tuple[int, int]
) -> bool:
    """Whether two rules are known to give different things."""
    one, other = (_given(ready, seen, number) for number in pair)
    return any(
        first[0] and second[0] and not same(first[1], second[1])
        for first, second in zip(one, other, strict=True)
    )


def _given(
    ready: Ready, seen: dict[int, tuple[tuple[bool, Any], ...]], number: int
) -> tuple[tuple[bool, Any], ...]:
    if number not in seen:
        seen[number] = tuple(map(constant, ready.rules[number - 1].outputs))
    return seen[number]


def _hidden(ready: Ready, found: Chart) -> Iterator[Problem]:
    for number, earlier in found.hidden():
        yield Problem(
            "warning", ready.rules[number - 1].line, "dmn-rule-unreached",
            f"Zeile {number} der Tabelle „{ready.decision.label}“ kommt nie an die Reihe: Zeile "
            f"{earlier} nimmt alles, was sie nähme.",
            "Stellen Sie die engere Zeile nach vorn, oder löschen Sie sie.",
            (earlier, number),
        )  # fmt: skip


def _outranked(ready: Ready, found: Chart) -> Iterator[Problem]:
    """Rules of which another takes everything and always ranks before."""
    ranks = [_rank(ready, rule) for rule in ready.rules]
    for place, covering in enumerate(found.coverings()):
        own = ranks[place]
        for other in bits(covering):
            before = ranks[other]
            if own is not None and before is not None and before < own:
                number, better = found.numbers[place], found.numbers[other]
                yield Problem(
                    "warning", ready.rules[place].line, "dmn-rule-unreached",
                    f"Zeile {number} der Tabelle „{ready.decision.label}“ gilt nie: Zeile {better} "
                    "nimmt alles, was sie nähme, und ihr Wert geht vor.",
                    "Grenzen Sie Zeile "
                    f"{better} enger ein, oder ändern Sie die Reihenfolge der Ausgabewerte.",
                    (better, number),
                )  # fmt: skip
                break


def _rank(ready: Ready, rule: ReadyRule) -> list[int] | None:
    """The rank of what a rule gives; None when that depends on the case."""
    given = list(map(constant, rule.outputs))
    if not all(known for known, _ in given):
        return None
    names = [output.name for output in ready.outputs]
    return rank(ready, dict(zip(names, (value for _, value in given), strict=True)))


def _gaps(ready: Ready, table: Table, found: Chart) -> Iterator[Problem]:
    for gap in gaps(found, ready, _GAPS) if ready.rules else ():
        yield Problem(
            "information", table.line, "dmn-gap",
            f"In der Tabelle „{ready.decision.label}“ trifft keine Zeile zu"
            + (f", zum Beispiel bei {_example(gap.example)}." if gap.example else "."),
            "Das Ergebnis ist dann nichts. Ergänzen Sie eine Zeile mit "
            f"{_cells(gap.cells)}, oder eine Vorgabe der Ausgabe.",
            proposal=gap.cells,
        )  # fmt: skip


def _cells(cells: tuple[str, ...]) -> str:
    return " und ".join(cells) if len(cells) < 3 else ", ".join(cells)


def _example(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{label} = {shown(value)}" for label, value in values.items())
