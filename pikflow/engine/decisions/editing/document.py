"""Between a DMN file and the sheets of its tables.

Writing brings the tree to the state of the sheet by the fewest changes: an entry whose text is the
same is not touched, and neither is anything a sheet does not know.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from lxml import etree

from pikflow.engine.decisions.editing.order import arrange, insert, lay_out
from pikflow.engine.decisions.editing.sheet import SIDES, Column, Line, Sheet, Side, refuse_unfit
from pikflow.engine.decisions.editing.source import Source
from pikflow.engine.decisions.problems import MOST_RULES
from pikflow.engine.decisions.reading import LETTERS, children, is_decision, text
from pikflow.engine.reading import local
from pikflow.errors import Invalid, NotFound
from pikflow.texts import say

ENTRIES: dict[Side, str] = {
    "input": "inputEntry",
    "output": "outputEntry",
    "annotation": "annotationEntry",
}
_IDS = {
    "input": "InputClause",
    "output": "OutputClause",
    "rule": "DecisionRule",
    "inputEntry": "UnaryTests",
    "outputEntry": "LiteralExpression",
    "inputExpression": "LiteralExpression",
    "inputValues": "UnaryTests",
    "outputValues": "UnaryTests",
    "defaultOutputEntry": "LiteralExpression",
}
# What comes before what in a file (DMN 1.3, the schema); an unknown element stays where it is.
_ORDER = {
    "input": ("description", "extensionElements", "inputExpression", "inputValues"),
    "output": ("description", "extensionElements", "outputValues", "defaultOutputEntry"),
    "rule": ("description",),
}


class Document:
    """A DMN file that is edited.

    Raises DefinitionInvalid for XML that is not read, Invalid for a file that is no DMN.
    """

    def __init__(self, data: bytes, *, file: str) -> None:
        self.source = Source(data, file=file)
        if not is_decision(self.source.tree):
            raise Invalid(
                "table-no-dmn",
                say("„{file}“ ist keine DMN-Datei.", file=file),
                say("Öffnen Sie die Datei als Text."),
            )
        self._ids = {str(e.get("id")) for e in self.source.root.iter(etree.Element) if e.get("id")}
        self._numbers: dict[str, Iterator[int]] = {}
        self._made: list[etree._Element] = []

    def tables(self) -> tuple[tuple[str, str], ...]:
        """(key, name) of the decisions that are tables, in their order."""
        return tuple(
            (key, " ".join((element.get("name") or key).split()))
            for key, element in _keyed(children(self.source.root, "decision"))
            if next(children(element, "decisionTable"), None) is not None
        )

    def sheet(self, decision: str) -> Sheet:
        """The table of a decision.

        Raises NotFound, and Invalid for a table of too many rules or of uneven ones.
        """
        element, table = self._table(decision)
        policy = table.get("hitPolicy", "UNIQUE")
        columns = [
            _column(side, key, clause)
            for side in SIDES
            for key, clause in _keyed(children(table, side))
        ]
        rules = list(_keyed(children(table, "rule")))
        if len(rules) > MOST_RULES:
            raise _too_many(decision, len(rules))
        return Sheet(
            decision=decision,
            name=element.get("name", ""),
            policy=LETTERS.get(policy, policy),
            aggregation=table.get("aggregation", ""),
            columns=tuple(columns),
            lines=tuple(_line(key, rule, columns) for key, rule in rules),
        )

    def bring(self, sheet: Sheet) -> None:
        """Bring a table to the state of the sheet; raises Invalid, and has then changed nothing."""
        refuse_unfit(sheet)
        now = self.sheet(sheet.decision)
        if sheet == now:
            return
        element, table = self._table(sheet.decision)
        if sheet.name != now.name:
            element.set("name", sheet.name)
        if sheet.policy != now.policy:
            table.set("hitPolicy", sheet.policy)
        if sheet.aggregation != now.aggregation:
            _put(table, "aggregation", sheet.aggregation)
        clauses = {
            (side, key): clause for side in SIDES for key, clause in _keyed(children(table, side))
        }
        rules = dict(_keyed(children(table, "rule")))
        places = {(c.side, c.key): n for n, c in enumerate(now.columns)}
        for rule in rules.values():
            self._even(rule, now.columns)
        wanted: list[etree._Element] = []
        order: list[int | None] = []
        for column in sheet.columns:
            known = clauses.pop((column.side, column.key), None)
            clause = self._new(table, column.side) if known is None else known
            self._bring_column(clause, column)
            wanted.append(clause)
            order.append(None if known is None else places[column.side, column.key])
        lines = []
        for line in sheet.lines:
            found = rules.pop(line.key, None)
            rule = self._new(table, "rule") if found is None else found
            self._bring_line(rule, line, sheet.columns, order)
            lines.append(rule)
        arrange(table, [*wanted, *lines], (*SIDES, "rule"))
        lay_out(self.source.root, self._made)

    def written(self) -> bytes:
        return self.source.written()

    # --- one element

    def _table(self, decision: str) -> tuple[etree._Element, etree._Element]:
        for key, element in _keyed(children(self.source.root, "decision")):
            table = next(children(element, "decisionTable"), None)
            if key == decision and table is not None:
                return element, table
        raise NotFound(
            "table-missing",
            say("Die Tabelle „{name}“ gibt es in der Datei nicht.", name=decision),
            say("Wählen Sie eine Tabelle aus der Liste."),
        )

    def _bring_column(self, clause: etree._Element, column: Column) -> None:
        known = _column(column.side, column.key, clause)
        if column.side == "annotation":
            if column.text != known.text:
                _put(clause, "name", column.text)
            return
        if column.label != known.label:
            _put(clause, "label", column.label)
        if column.side == "input":
            if column.text != known.text or column.type != known.type:
                self._say(clause, "inputExpression", column.text)
                expression = next(children(clause, "inputExpression"))
                if column.type != known.type:
                    _put(expression, "typeRef", column.type)
            if column.values != known.values:
                self._say(clause, "inputValues", column.values)
            return
        if column.text != known.text:
            _put(clause, "name", column.text)
        if column.type != known.type:
            _put(clause, "typeRef", column.type)
        if column.values != known.values:
            self._say(clause, "outputValues", column.values)
        if column.default != known.default:
            self._say(clause, "defaultOutputEntry", column.default)

    def _bring_line(
        self,
        rule: etree._Element,
        line: Line,
        columns: Sequence[Column],
        order: Sequence[int | None],
    ) -> None:
        """`order` says for each column which one of the file's it is."""
        if line.note != _note(rule):
            self._describe(rule, line.note)
        old = [e for side in SIDES for e in children(rule, ENTRIES[side])]
        entries = []
        for column, place, cell in zip(columns, order, line.cells, strict=True):
            known = old[place] if place is not None and place < len(old) else None
            entry = self._new(rule, ENTRIES[column.side]) if known is None else known
            if known is None or text(entry) != cell:
                self._speak(entry, cell)
            entries.append(entry)
        arrange(rule, entries, tuple(ENTRIES.values()))

    def _even(self, rule: etree._Element, columns: Sequence[Column]) -> None:
        """Give a rule exactly one entry for each column."""
        for side, name in ENTRIES.items():
            wanted = sum(column.side == side for column in columns)
            entries = list(children(rule, name))
            fresh = [self._new(rule, name) for _ in range(wanted - len(entries))]
            arrange(rule, [*entries[:wanted], *fresh], (name,))

    def _describe(self, rule: etree._Element, note: str) -> None:
        known = next(children(rule, "description"), None)
        if known is not None and note:
            known.text = note
        elif known is not None:
            arrange(rule, [], ("description",))
        elif note:
            known = self._new(rule, "description")
            known.text = note
            insert(rule, 0, known)

    def _say(self, clause: etree._Element, name: str, words: str) -> None:
        """The text of an expression inside a column; without text it goes, if nothing needs it."""
        known = next(children(clause, name), None)
        if known is None and not words and name != "inputExpression":
            return
        if known is not None and not words and name != "inputExpression":
            arrange(clause, [], (name,))
            return
        if known is None:
            known = self._new(clause, name)
            order = _ORDER[local(clause)]
            before = order[: order.index(name)]
            place = sum(isinstance(e.tag, str) and local(e) in before for e in clause)
            insert(clause, place, known)
        self._speak(known, words)

    def _speak(self, entry: etree._Element, words: str) -> None:
        inner = next(children(entry, "text"), None)
        if inner is None:
            inner = self._new(entry, "text")
            insert(entry, len(entry), inner)
        for child in list(inner):
            inner.remove(child)
        inner.text = words

    def _new(self, near: etree._Element, name: str) -> etree._Element:
        """An element of the file's namespace with a free id, not yet in its place."""
        namespace = etree.QName(near).namespace
        prefixes: dict[Any, str] = {p: uri for p, uri in near.nsmap.items() if uri == namespace}
        made = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
        self._made.append(made)
        if name in _IDS:
            word = _IDS[name]
            numbers = self._numbers.setdefault(word, count(1))
            key = next(k for n in numbers if (k := f"{word}_{n}") not in self._ids)
            self._ids.add(key)
            made.set("id", key)
        return made


def _keyed(elements: Iterator[etree._Element]) -> Iterator[tuple[str, etree._Element]]:
    """Each element by its id; by its number where it has none, or one that came before."""
    seen: set[str] = set()
    for number, element in enumerate(elements, start=1):
        key = element.get("id") or ""
        if not key or key in seen:
            key = f"#{number}"
        seen.add(key)
        yield key, element


def _column(side: Side, key: str, clause: etree._Element) -> Column:
    if side == "annotation":
        return Column(side, key, text=clause.get("name", ""))
    label = clause.get("label", "")
    if side == "input":
        expression = next(children(clause, "inputExpression"), None)
        kind = "" if expression is None else expression.get("typeRef", "")
        values = text(next(children(clause, "inputValues"), None))
        return Column(side, key, label, text(expression), kind, values)
    return Column(
        side,
        key,
        label,
        clause.get("name", ""),
        clause.get("typeRef", ""),
        text(next(children(clause, "outputValues"), None)),
        text(next(children(clause, "defaultOutputEntry"), None)),
    )


def _line(key: str, rule: etree._Element, columns: Sequence[Column]) -> Line:
    """A rule with an entry for each column; one of too many or too few is refused by the check,
    here it is shown filled up or cut."""
    cells: list[str] = []
    for side in SIDES:
        wanted = sum(column.side == side for column in columns)
        found = [text(entry) for entry in children(rule, ENTRIES[side])][:wanted]
        cells += [*found, *[""] * (wanted - len(found))]
    return Line(tuple(cells), key, _note(rule))


def _note(rule: etree._Element) -> str:
    known = next(children(rule, "description"), None)
    return "" if known is None else str(known.xpath("string()")).strip()


def _put(element: etree._Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    elif name in element.attrib:
        del element.attrib[name]


def _too_many(decision: str, number: int) -> Invalid:
    return Invalid(
        "table-too-many-rules",
        say(
            "Die Tabelle „{name}“ hat {number} Zeilen; bearbeiten lassen sich {most}.",
            name=decision,
            number=number,
            most=MOST_RULES,
        ),
        say("Teilen Sie die Tabelle auf."),
    )
