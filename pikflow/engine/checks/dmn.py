"""Decision tables (DMN 1.1 to 1.5): well formed, complete, and with cells that can be read."""

import re
from collections.abc import Iterator

from lxml import etree

from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.reading import line_of, local, namespace
from pikflow.errors import Finding
from pikflow.expressions import ExpressionError, compile_expression

HIT_POLICIES = frozenset(
    {"UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}
)
AGGREGATIONS = frozenset({"SUM", "COUNT", "MIN", "MAX"})
_NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
_RANGE = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])", re.S)
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=)\s*(.+)", re.S)
_LONGEST = 500


def is_decision(tree: etree._ElementTree) -> bool:
    root = tree.getroot()
    return local(root) == "definitions" and namespace(root).startswith(_NAMESPACES)


def check(tree: etree._ElementTree, file: str) -> list[Finding]:
    """The findings of one DMN file."""
    report = Report(file)
    decisions = [e for e in tree.getroot().iter(etree.Element) if local(e) == "decision"]
    if not decisions:
        report.error(
            Spot("", 1),
            "dmn-no-decision",
            "Die Datei enthält keine Entscheidung.",
            "Legen Sie mindestens eine Entscheidungstabelle an.",
        )
    for decision in decisions:
        _decision(decision, report)
    return list(report.found)


def _decision(decision: etree._Element, report: Report) -> None:
    spot = Spot(decision.get("id", ""), line_of(decision))
    name = decision.get("name") or spot.id or "ohne Namen"
    if not decision.get("id"):
        report.error(
            spot,
            "id-missing",
            f"Die Entscheidung „{name}“ hat keine Kennung.",
            "Geben Sie der Entscheidung ein Attribut id.",
        )
    tables = list(_children(decision, "decisionTable"))
    literal = list(_children(decision, "literalExpression"))
    if not tables and not literal:
        report.error(
            spot,
            "dmn-logic-missing",
            f"Die Entscheidung „{name}“ hat weder eine Tabelle noch einen Ausdruck.",
            "Legen Sie eine Entscheidungstabelle an.",
        )
    for table in tables:
        _table(table, name, spot, report)
    for expression in literal:
        _cell(
            _text(expression), f"Der Ausdruck der Entscheidung „{name}“", expression, spot, report
        )


def _table(table: etree._Element, name: str, spot: Spot, report: Report) -> None:
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in HIT_POLICIES:
        report.error(
            Spot(spot.id, line_of(table)),
            "dmn-hit-policy",
            f"Die Trefferregel „{policy}“ der Tabelle „{name}“ gibt es nicht.",
            f"Möglich sind: {', '.join(sorted(HIT_POLICIES))}.",
        )
    aggregation = table.get("aggregation")
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT"):
        report.error(
            Spot(spot.id, line_of(table)),
            "dmn-aggregation",
            f"Die Zusammenfassung „{aggregation}“ der Tabelle „{name}“ ist hier nicht möglich.",
            "SUM, COUNT, MIN und MAX gehören zur Trefferregel COLLECT.",
        )
    inputs, outputs = list(_children(table, "input")), list(_children(table, "output"))
    for missing, code, word in (
        (not inputs, "dmn-input-missing", "Eingabespalte"),
        (not outputs, "dmn-output-missing", "Ausgabespalte"),
    ):
        if missing:
            report.error(
                Spot(spot.id, line_of(table)),
                code,
                f"Die Tabelle „{name}“ hat keine {word}.",
                f"Fügen Sie eine {word} hinzu.",
            )
    for number, column in enumerate(inputs, start=1):
        expression = next(_children(column, "inputExpression"), None)
        what = f"Die Eingabespalte {number} der Tabelle „{name}“"
        if expression is None or not _text(expression):
            report.error(
                Spot(spot.id, line_of(column)),
                "dmn-input-expression",
                f"{what} sagt nicht, welchen Wert sie prüft.",
                "Geben Sie einen Ausdruck an, zum Beispiel: antrag.betrag",
            )
        else:
            _cell(_text(expression), what, expression, spot, report)
    if len(outputs) > 1:
        for number, column in enumerate(outputs, start=1):
            if not (column.get("name") or "").strip():
                report.error(
                    Spot(spot.id, line_of(column)),
                    "dmn-output-name",
                    f"Die Ausgabespalte {number} der Tabelle „{name}“ hat keinen Namen.",
                    "Bei mehreren Ausgaben braucht jede einen Namen.",
                )
    _rules(table, name, (len(inputs), len(outputs)), spot, report)


def _rules(
    table: etree._Element, name: str, counts: tuple[int, int], spot: Spot, report: Report
) -> None:
    rules = list(_children(table, "rule"))
    if not rules:
        report.warning(
            Spot(spot.id, line_of(table)),
            "dmn-no-rules",
            f"Die Tabelle „{name}“ hat keine Zeilen.",
            "Fügen Sie mindestens eine Regel hinzu.",
        )
    for number, rule in enumerate(rules, start=1):
        entries = list(_children(rule, "inputEntry")), list(_children(rule, "outputEntry"))
        if (len(entries[0]), len(entries[1])) != counts:
            report.error(
                Spot(spot.id, line_of(rule)),
                "dmn-rule-size",
                f"Zeile {number} der Tabelle „{name}“ hat {len(entries[0])} Eingaben und "
                f"{len(entries[1])} Ausgaben; erwartet sind {counts[0]} und {counts[1]}.",
                "Jede Zeile braucht genau einen Eintrag je Spalte.",
            )
        for column, entry in enumerate(entries[0], start=1):
            what = f"Zeile {number}, Eingabe {column} der Tabelle „{name}“"
            _test(_text(entry), what, entry, spot, report)
        for column, entry in enumerate(entries[1], start=1):
            what = f"Zeile {number}, Ausgabe {column} der Tabelle „{name}“"
            if not _text(entry):
                report.warning(
                    Spot(spot.id, line_of(entry)),
                    "dmn-output-empty",
                    f"{what} ist leer.",
                    "Tragen Sie einen Wert ein.",
                )
            else:
                _cell(_text(entry), what, entry, spot, report)


def _cell(text: str, what: str, element: etree._Element, spot: Spot, report: Report) -> None:
    try:
        compile_expression(text)
    except ExpressionError as fault:
        report.error(
            Spot(spot.id, line_of(element)),
            "dmn-cell-invalid",
            f"{what} lässt sich nicht lesen: {fault.message}",
            fault.hint,
        )


def _test(text: str, what: str, element: etree._Element, spot: Spot, report: Report) -> None:
    for part in unary_tests(text):
        _cell(part, what, element, spot, report)


def unary_tests(text: str) -> list[str]:
    """The tests of an input cell as expressions over the name `wert`; none for "-" or "".

    DMN 1.3, 9.2: comparisons, ranges, not(...), lists of values separated by commas.
    """
    text = text.strip()
    if text in ("", "-") or len(text) > _LONGEST:
        return [] if text in ("", "-") else [text]
    if text.startswith("not(") and text.endswith(")"):
        text = text[4:-1]
    return [_one_test(part) for part in _split(text)]


def _one_test(part: str) -> str:
    span = _RANGE.fullmatch(part)
    if span is not None:
        low = "<=" if span[1] == "[" else "<"
        high = "<=" if span[4] == "]" else "<"
        return f"({span[2]}) {low} wert and wert {high} ({span[3]})"
    compared = _COMPARED.fullmatch(part)
    if compared is not None and not part.startswith("=="):
        sign = "==" if compared[1] == "=" else compared[1]
        return f"wert {sign} ({compared[2]})"
    return f"wert == ({part})"


def _split(text: str) -> list[str]:
    """At commas outside of brackets and quotes."""
    parts, depth, quoted, begin = [], 0, "", 0
    for place, letter in enumerate(text):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "\"'":
            quoted = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
        elif letter == "," and depth <= 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return [*parts, text[begin:].strip()]


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if local(child) == name:
            yield child


def _text(element: etree._Element) -> str:
    """The `text` inside an entry or expression."""
    inner = next(_children(element, "text"), None)
    return "" if inner is None else str(inner.xpath("string()")).strip()
