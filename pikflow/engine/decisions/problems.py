"""What is wrong with the build of a decision; compiled.py adds what is wrong with its texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pikflow.engine.decisions.elements import Decision, Table
from pikflow.errors import Severity

HIT_POLICIES = (
    *("UNIQUE", "FIRST", "PRIORITY", "ANY"),
    *("COLLECT", "RULE ORDER", "OUTPUT ORDER"),
)
AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")
MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})
DEEPEST = 40  # decisions that build on each other
MOST_RULES = 2_000  # of one table


@dataclass(frozen=True)
class Problem:
    """Something wrong with a decision; the line is that of its file.

    `rules` are the numbers of the rules it is about; `proposal` the input cells of a rule that
    would put it right.
    """

    severity: Severity
    line: int
    code: str
    message: str
    hint: str
    rules: tuple[int, ...] = ()
    proposal: tuple[str, ...] = ()


def judged(decision: Decision, others: Mapping[str, Decision]) -> Iterator[Problem]:
    """What is wrong with the build of a decision among the others it may require."""
    name = decision.label
    if not decision.id:
        yield Problem(
            "error", decision.line, "id-missing",
            f"Die Entscheidung „{name}“ hat keine Kennung.",
            "Geben Sie der Entscheidung ein Attribut id.",
        )  # fmt: skip
    for line, language in decision.foreign:
        yield Problem(
            "error", line, "dmn-language",
            f"Die Entscheidung „{name}“ ist in „{language}“ geschrieben; das läuft hier nicht.",
            "Zellen stehen in FEEL oder in der Ausdruckssprache; lassen Sie expressionLanguage "
            "weg.",
        )  # fmt: skip
    if decision.table is None and decision.literal is None:
        yield _without_logic(decision)
    if decision.literal is not None and not decision.literal.text:
        yield Problem(
            "error", decision.literal.line, "dmn-logic-missing",
            f"Der Ausdruck der Entscheidung „{name}“ ist leer.",
            "Tragen Sie ein, was sich ergibt.",
        )  # fmt: skip
    for key in decision.knowledge:
        yield Problem(
            "error", decision.line, "dmn-knowledge",
            f"Die Entscheidung „{name}“ braucht das Wissensmodell „{key}“; Wissensmodelle werden "
            "nicht ausgewertet.",
            "Machen Sie daraus eine eigene Entscheidung, auf der diese aufbaut.",
        )  # fmt: skip
    for name in decision.imports:
        yield Problem(
            "error", decision.line, "dmn-import",
            f"Die Datei der Entscheidung „{decision.label}“ importiert ein Modell als „{name}“; "
            "Namen mit diesem Vorsatz werden nicht gelesen.",
            "Entfernen Sie den Import. Entscheidungen anderer Dateien verbindet requiredDecision; "
            "ihr Ergebnis heißt wie ihre Variable.",
        )  # fmt: skip
    yield from _required(decision, others)
    if decision.table is not None:
        yield from _table(decision.table, name)


def _without_logic(decision: Decision) -> Problem:
    name = decision.label
    if decision.other:
        return Problem(
            "error", decision.line, "dmn-logic-unsupported",
            f"Die Entscheidung „{name}“ ist als „{decision.other}“ geschrieben; das wird nicht "
            "ausgewertet.",
            "Nehmen Sie eine Entscheidungstabelle oder einen Ausdruck (literalExpression).",
        )  # fmt: skip
    return Problem(
        "error", decision.line, "dmn-logic-missing",
        f"Die Entscheidung „{name}“ hat weder eine Tabelle noch einen Ausdruck.",
        "Legen Sie eine Entscheidungstabelle an.",
    )  # fmt: skip


def _required(decision: Decision, others: Mapping[str, Decision]) -> Iterator[Problem]:
    for key in decision.requires:
        if key not in others:
            yield Problem(
                "error", decision.line, "dmn-required-missing",
                f"Die Entscheidung „{decision.label}“ baut auf „{key}“ auf; diese Entscheidung "
                "gibt es nicht.",
                "Geben Sie die DMN-Datei mit dieser Entscheidung dazu.",
            )  # fmt: skip
    depth, layer = 0, set(decision.requires)
    while layer and depth <= DEEPEST:
        depth += 1
        layer = {k for key in layer if key in others for k in others[key].requires}
    if depth > DEEPEST:
        yield Problem(
            "error", decision.line, "dmn-required-circle",
            f"Die Entscheidung „{decision.label}“ baut auf sich selbst auf, oder auf mehr als "
            f"{DEEPEST} anderen nacheinander.",
            "Entfernen Sie eine der Verbindungen.",
        )  # fmt: skip


def _table(table: Table, name: str) -> Iterator[Problem]:
    if table.policy not in HIT_POLICIES:
        yield Problem(
            "error", table.line, "dmn-hit-policy",
            f"Die Trefferregel „{table.policy}“ der Tabelle „{name}“ gibt es nicht.",
            f"Möglich sind: {', '.join(sorted(HIT_POLICIES))}.",
        )  # fmt: skip
    yield from _aggregation(table, name)
    for missing, code, word in (
        (not table.inputs, "dmn-input-missing", "Eingabespalte"),
        (not table.outputs, "dmn-output-missing", "Ausgabespalte"),
    ):
        if missing:
            yield Problem(
                "error", table.line, code, f"Die Tabelle „{name}“ hat keine {word}.",
                f"Fügen Sie eine {word} hinzu.",
            )  # fmt: skip
    for column in table.inputs:
        if not column.text:
            yield Problem(
                "error", column.line, "dmn-input-expression",
                f"Die Eingabespalte {column.number} der Tabelle „{name}“ sagt nicht, welchen Wert "
                "sie prüft.",
                "Geben Sie einen Ausdruck an, zum Beispiel: antrag.betrag",
            )  # fmt: skip
    yield from _outputs(table, name)
    yield from _rules(table, name)


def _aggregation(table: Table, name: str) -> Iterator[Problem]:
    how = table.aggregation
    if how and (how not in AGGREGATIONS or table.policy != "COLLECT"):
        yield Problem(
            "error", table.line, "dmn-aggregation",
            f"Die Zusammenfassung „{how}“ der Tabelle „{name}“ ist hier nicht möglich.",
            "SUM, COUNT, MIN und MAX gehören zur Trefferregel COLLECT.",
        )  # fmt: skip
    elif how and len(table.outputs) > 1:
        yield Problem(
            "error", table.line, "dmn-aggregation",
            f"Die Tabelle „{name}“ fasst mehrere Ausgaben zusammen; das geht nur mit einer.",
            "Nehmen Sie eine Tabelle je Ausgabe.",
        )  # fmt: skip


def _outputs(table: Table, name: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for column in table.outputs:
        if len(table.outputs) > 1 and not column.name:
            yield Problem(
                "error", column.line, "dmn-output-name",
                f"Die Ausgabespalte {column.number} der Tabelle „{name}“ hat keinen Namen.",
                "Bei mehreren Ausgaben braucht jede einen Namen.",
            )  # fmt: skip
        elif column.name and not column.name.isidentifier():
            yield Problem(
                "error", column.line, "dmn-output-name",
                f"Die Ausgabespalte {column.number} der Tabelle „{name}“ heißt „{column.name}“; "
                "das ist kein Name.",
                "Ein Name besteht aus Buchstaben, Ziffern und Unterstrich.",
            )  # fmt: skip
        elif column.name in seen:
            yield Problem(
                "error", column.line, "dmn-output-name",
                f"Zwei Ausgabespalten der Tabelle „{name}“ heißen „{column.name}“.",
                "Geben Sie jeder Ausgabe einen eigenen Namen.",
            )  # fmt: skip
        seen.add(column.name)


def _rules(table: Table, name: str) -> Iterator[Problem]:
    if not table.rules:
        yield Problem(
            "warning", table.line, "dmn-no-rules", f"Die Tabelle „{name}“ hat keine Zeilen.",
            "Fügen Sie mindestens eine Regel hinzu.",
        )  # fmt: skip
    if len(table.rules) > MOST_RULES:
        yield Problem(
            "error", table.line, "dmn-too-many-rules",
            f"Die Tabelle „{name}“ hat {len(table.rules)} Zeilen; möglich sind {MOST_RULES}.",
            "Teilen Sie die Tabelle auf.",
        )  # fmt: skip
        return
    wanted = len(table.inputs), len(table.outputs)
    for rule in table.rules:
        has = len(rule.inputs), len(rule.outputs)
        if has != wanted:
            yield Problem(
                "error", rule.line, "dmn-rule-size",
                f"Zeile {rule.number} der Tabelle „{name}“ hat {has[0]} Eingaben und {has[1]} "
                f"Ausgaben; erwartet sind {wanted[0]} und {wanted[1]}.",
                "Jede Zeile braucht genau einen Eintrag je Spalte.", (rule.number,),
            )  # fmt: skip
        for number, cell in enumerate(rule.outputs, start=1):
            if not cell.text:
                yield Problem(
                    "warning", cell.line, "dmn-output-empty",
                    f"Zeile {rule.number}, Ausgabe {number} der Tabelle „{name}“ ist leer.",
                    "Tragen Sie einen Wert ein.", (rule.number,),
                )  # fmt: skip
