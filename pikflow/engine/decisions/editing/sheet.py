"""A decision table as plain data to be edited, and what one can do with it.

Every operation gives a new sheet. `key` of a column or rule is its id in the file, "#3" for the
third one when it has none, and "" for a new one that no file holds yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pikflow.engine.decisions.problems import AGGREGATIONS, HIT_POLICIES, MOST_RULES
from pikflow.errors import Invalid, NotFound
from pikflow.texts import say

Side = Literal["input", "output", "annotation"]
SIDES: tuple[Side, ...] = ("input", "output", "annotation")
TYPES = ("", "string", "number", "integer", "boolean", "date")
MOST_COLUMNS = 60
MOST_TEXT = 5_000  # characters of a cell; the expression language takes no more


@dataclass(frozen=True)
class Column:
    """`text` is what an input looks at, or the name of an output; `values` are the possible ones,
    `default` what an output gives when no rule hits."""

    side: Side
    key: str = ""
    label: str = ""
    text: str = ""
    type: str = ""
    values: str = ""
    default: str = ""


@dataclass(frozen=True)
class Line:
    """A rule: a cell for each column in their order, and a note (the description of the rule)."""

    cells: tuple[str, ...]
    key: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table; its columns are inputs, then outputs, then annotations."""

    decision: str
    name: str
    policy: str = "UNIQUE"
    aggregation: str = ""
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()

    def of(self, side: Side) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.side == side)

    # --- rules

    def with_line(self, at: int, line: Line | None = None) -> "Sheet":
        """One more rule at the place `at` (from 0); an empty one unless given."""
        if len(self.lines) >= MOST_RULES:
            raise Invalid(
                "table-too-many-rules",
                say("Eine Tabelle hat höchstens {most} Zeilen.", most=MOST_RULES),
                say("Teilen Sie die Tabelle auf."),
            )
        fresh = line or Line(tuple(empty(column.side) for column in self.columns))
        return replace(self, lines=(*self.lines[:at], fresh, *self.lines[at:]))

    def with_copy(self, at: int) -> "Sheet":
        """The rule at a place once more, below itself."""
        return self.with_line(at + 1, replace(self._line(at), key=""))

    def without_line(self, at: int) -> "Sheet":
        self._line(at)
        return replace(self, lines=self.lines[:at] + self.lines[at + 1 :])

    def with_line_moved(self, at: int, to: int) -> "Sheet":
        """The rule at a place put at another; beyond an end is at that end."""
        line = self._line(at)
        rest = self.lines[:at] + self.lines[at + 1 :]
        to = min(max(to, 0), len(rest))
        return replace(self, lines=(*rest[:to], line, *rest[to:]))

    def _line(self, at: int) -> Line:
        if not 0 <= at < len(self.lines):
            raise NotFound("table-no-rule", say("Diese Zeile gibt es in der Tabelle nicht."))
        return self.lines[at]

    # --- columns

    def with_column(self, column: Column, at: int | None = None) -> "Sheet":
        """One more column at the place `at` of all, kept among those of its side; by default the
        last of them."""
        if len(self.columns) >= MOST_COLUMNS:
            raise Invalid(
                "table-too-many-columns",
                say("Eine Tabelle hat höchstens {most} Spalten.", most=MOST_COLUMNS),
                say("Teilen Sie die Tabelle auf."),
            )
        low, high = self._range(column.side)
        at = high if at is None else min(max(at, low), high)
        order: list[int | Column] = [*range(len(self.columns))]
        order.insert(at, column)
        return self._in_order(order)

    def without_column(self, at: int) -> "Sheet":
        self._column(at)
        return self._in_order([*range(at), *range(at + 1, len(self.columns))])

    def with_column_moved(self, at: int, to: int) -> "Sheet":
        """The column at a place put at another, as far as its side reaches."""
        low, high = self._range(self._column(at).side)
        order: list[int | Column] = [*range(at), *range(at + 1, len(self.columns))]
        order.insert(min(max(to, low), high - 1), at)
        return self._in_order(order)

    def _column(self, at: int) -> Column:
        if not 0 <= at < len(self.columns):
            raise NotFound("table-no-column", say("Diese Spalte gibt es in der Tabelle nicht."))
        return self.columns[at]

    def _range(self, side: Side) -> tuple[int, int]:
        """The places of the columns of a side: from, and the one behind the last."""
        before = sum(SIDES.index(c.side) < SIDES.index(side) for c in self.columns)
        return before, before + len(self.of(side))

    def _in_order(self, order: Sequence[int | Column]) -> "Sheet":
        """The columns in another order, with new ones among them."""

        def cells(line: Line) -> tuple[str, ...]:
            return tuple(line.cells[n] if isinstance(n, int) else empty(n.side) for n in order)

        return replace(
            self,
            columns=tuple(self.columns[n] if isinstance(n, int) else n for n in order),
            lines=tuple(replace(line, cells=cells(line)) for line in self.lines),
        )


def empty(side: Side) -> str:
    """What a cell nobody filled in holds: an input that takes everything."""
    return "-" if side == "input" else ""


def refuse_unfit(sheet: Sheet) -> None:
    """Raise Invalid for what no table can be: unknown policy, too long or unwritable texts."""
    if sheet.policy not in HIT_POLICIES:
        raise Invalid(
            "table-policy",
            say("Die Trefferregel „{policy}“ gibt es nicht.", policy=sheet.policy[:40]),
            say("Möglich sind: {policies}.", policies=", ".join(HIT_POLICIES)),
        )
    if sheet.aggregation and sheet.aggregation not in AGGREGATIONS:
        raise Invalid(
            "table-aggregation",
            say("Die Zusammenfassung „{name}“ gibt es nicht.", name=sheet.aggregation[:40]),
            say("Möglich sind: {names}.", names=", ".join(AGGREGATIONS)),
        )
    if len(sheet.lines) > MOST_RULES or len(sheet.columns) > MOST_COLUMNS:
        raise Invalid(
            "table-too-large",
            say(
                "Die Tabelle hat {rules} Zeilen und {columns} Spalten; möglich sind {most_rules} "
                "Zeilen und {most_columns} Spalten.",
                rules=len(sheet.lines),
                columns=len(sheet.columns),
                most_rules=MOST_RULES,
                most_columns=MOST_COLUMNS,
            ),
            say("Teilen Sie die Tabelle auf."),
        )
    for place, text in _texts(sheet):
        if len(text) > MOST_TEXT:
            raise Invalid(
                "table-text-long",
                say(
                    "{place}: Der Text ist länger als {most} Zeichen.", place=place, most=MOST_TEXT
                ),
                say("Kürzen Sie ihn."),
            )
        if not all(map(_may_stand, text)):
            raise Invalid(
                "table-text-signs",
                say("{place}: Der Text enthält ein Steuerzeichen.", place=place),
                say("Geben Sie den Text neu ein, statt ihn einzufügen."),
            )


def _may_stand(sign: str) -> bool:
    """Whether XML 1.0 has the character."""
    code = ord(sign)
    return sign in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Every text with its place in words."""
    yield say("Der Name der Tabelle"), sheet.name
    for number, column in enumerate(sheet.columns, start=1):
        for text in (column.label, column.text, column.type, column.values, column.default):
            yield say("Spalte {number}", number=number), text
    for number, line in enumerate(sheet.lines, start=1):
        yield say("Zeile {number}, Notiz", number=number), line.note
        for place, text in enumerate(line.cells, start=1):
            yield say("Zeile {number}, Spalte {column}", number=number, column=place), text
