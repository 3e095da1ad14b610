"""A table as rows of a spreadsheet, and back.

Ten rows of headings (what the table is, what each column is), then a row for each rule. The first
column numbers the rules: what keeps its number keeps its place in the file.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pikflow.engine.decisions.editing.sheet import (
    MOST_COLUMNS,
    SIDES,
    TYPES,
    Column,
    Line,
    Sheet,
    Side,
    refuse_unfit,
)
from pikflow.engine.decisions.gaps import shown
from pikflow.engine.decisions.problems import AGGREGATIONS, HIT_POLICIES, MOST_RULES
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.texts import say
from pikflow.values import Value

Grid = Sequence[Sequence[Value]]

HEADS = (
    *("Entscheidungstabelle", "Trefferregel", "Zusammenfassung", ""),
    *("Zeile", "Bezeichnung", "Ausdruck oder Name", "Art", "Mögliche Werte", "Vorgabe"),
)
KIND_ROW = HEADS.index("Zeile") + 1
TYPE_ROW = HEADS.index("Art") + 1
WORDS: dict[Side, str] = {"input": "Eingabe", "output": "Ausgabe", "annotation": "Anmerkung"}
NOTE = "Notiz"
MOST_ROWS = len(HEADS) + MOST_RULES
MOST_WIDTH = MOST_COLUMNS + 2


def grid_of(sheet: Sheet) -> list[list[Value]]:
    """The rows of a sheet."""
    columns = sheet.columns
    heads: list[list[Value]] = [
        [sheet.name],
        [sheet.policy],
        [sheet.aggregation],
        [],
        [*(WORDS[column.side] for column in columns), NOTE],
        [column.label for column in columns],
        [column.text for column in columns],
        [column.type for column in columns],
        [column.values for column in columns],
        [column.default for column in columns],
    ]
    rows = [[head or None, *row] for head, row in zip(HEADS, heads, strict=True)]
    for number, line in enumerate(sheet.lines, start=1):
        rows.append([Decimal(number), *line.cells, line.note])
    return rows


def sheet_of(grid: Grid, like: Sheet, *, page: str) -> Sheet:
    """The sheet the rows describe; ids are those of `like`, as far as columns and rules are in it.

    Raises DefinitionInvalid with a finding for each cell that is wrong: the page as its file, the
    row as its line and the name of the cell as its element.
    """
    return _Reader(grid, like, page).sheet()


class _Reader:
    def __init__(self, grid: Grid, like: Sheet, page: str) -> None:
        self.grid, self.like, self.page = grid, like, page
        self.found: list[Finding] = []

    def sheet(self) -> Sheet:
        for row, head in enumerate(HEADS, start=1):
            if self.text(row, 1) != head:
                self.wrong(
                    row, 1,
                    say("Hier steht „{text}“ statt „{head}“.", text=self.text(row, 1)[:60],
                        head=head),
                    say("Lassen Sie die ersten zehn Zeilen und die erste Spalte, wie sie sind."),
                )  # fmt: skip
        self.stop()
        policy, aggregation = self.word(2, HIT_POLICIES), self.word(3, AGGREGATIONS)
        before = len(self.found)
        columns, note = self.columns()
        if len(self.found) > before:
            self.stop()
        lines = self.lines(columns, note)
        sheet = Sheet(
            self.like.decision,
            self.text(1, 2),
            policy or "UNIQUE",
            aggregation,
            columns,
            lines,
        )
        self.stop()
        refuse_unfit(sheet)
        return sheet

    def columns(self) -> tuple[tuple[Column, ...], int]:
        """The columns, and the place of the notes (0 for none)."""
        sides = {word: side for side, word in WORDS.items()}
        width = len(self.grid[KIND_ROW - 1])
        found: list[Column] = []
        note, last = 0, 0
        for place in range(2, width + 1):
            word = self.text(KIND_ROW, place)
            side = sides.get(word)
            if word == NOTE and not note:
                note = place
            elif side is None and (word or self.is_used(place)):
                self.wrong(
                    KIND_ROW, place,
                    say("Die Spalte ist weder Eingabe noch Ausgabe: „{text}“.", text=word[:60]),
                    say("Möglich sind: {words}.", words=", ".join([*sides, NOTE])),
                )  # fmt: skip
            elif side is not None:
                if SIDES.index(side) < last or note or len(found) != place - 2:
                    self.wrong(
                        KIND_ROW, place, say("Die Spalte steht nicht an ihrem Platz."),
                        say("Die Reihenfolge ist: Eingaben, Ausgaben, Anmerkungen, Notiz, ohne "
                            "leere Spalten."),
                    )  # fmt: skip
                last = SIDES.index(side)
                found.append(self.column(side, place))
        return _keyed(found, self.like.columns), note

    def column(self, side: Side, place: int) -> Column:
        known = {*TYPES, *(column.type for column in self.like.columns)}
        kind = self.text(TYPE_ROW, place)
        if kind not in known:
            self.wrong(
                TYPE_ROW, place, say("Die Art „{text}“ gibt es nicht.", text=kind[:60]),
                say("Möglich sind: {words}.", words=", ".join(sorted(known - {""}))),
            )  # fmt: skip
        label, words, _, values, default = (self.text(TYPE_ROW + n, place) for n in range(-2, 3))
        return Column(side, "", label, words, kind, values, default)

    def lines(self, columns: Sequence[Column], note: int) -> tuple[Line, ...]:
        found: list[Line] = []
        keys = {n: line.key for n, line in enumerate(self.like.lines, start=1)}
        width = max(len(columns) + 1, note)
        for row in range(len(HEADS) + 1, len(self.grid) + 1):
            if all(value in (None, "") for value in self.grid[row - 1]):
                continue
            number = self.at(row, 1)
            if not (number is None or number == "" or isinstance(number, Decimal)):
                self.wrong(
                    row, 1, say("Hier steht die Nummer der Zeile."),
                    say("Lassen Sie das Feld bei einer neuen Zeile leer."),
                )  # fmt: skip
            cells = tuple(self.text(row, place) for place in range(2, len(columns) + 2))
            key = keys.pop(int(number), "") if isinstance(number, Decimal) else ""
            found.append(Line(cells, key, self.text(row, note) if note else ""))
            for place in range(width + 1, len(self.grid[row - 1]) + 1):
                if self.text(row, place):
                    self.wrong(
                        row, place, say("Hier ist keine Spalte der Tabelle."),
                        say("Löschen Sie den Inhalt, oder füllen Sie die Zeilen darüber aus."),
                    )  # fmt: skip
        return tuple(found)

    def word(self, row: int, known: Sequence[str]) -> str:
        text = self.text(row, 2).upper()
        if text and text not in known:
            self.wrong(
                row, 2, say("„{text}“ gibt es hier nicht.", text=text[:60]),
                say("Möglich sind: {words}.", words=", ".join(known)),
            )  # fmt: skip
        return text

    # --- cells

    def at(self, row: int, place: int) -> Value:
        cells = self.grid[row - 1] if row <= len(self.grid) else ()
        return cells[place - 1] if place <= len(cells) else None

    def text(self, row: int, place: int) -> str:
        """A cell as FEEL writes it: typed numbers, days and yes or no become literals."""
        value = self.at(row, place)
        if value is None:
            return ""
        return shown(value) if isinstance(value, bool | date | Decimal) else str(value).strip()

    def is_used(self, place: int) -> bool:
        return any(self.text(row, place) for row in range(KIND_ROW, len(self.grid) + 1))

    def wrong(self, row: int, place: int, message: str, hint: str) -> None:
        letters, number = "", place
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        cell = f"{letters}{row}"
        where = say("Blatt „{page}“, Zelle {cell}: {what}", page=self.page, cell=cell, what=message)
        self.found.append(Finding(self.page, row, cell, "error", "sheet-cell", where, hint))

    def stop(self) -> None:
        if self.found:
            raise DefinitionInvalid(self.found)


def _keyed(columns: Sequence[Column], known: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with the keys of those they were: of the same text, else in the same place."""
    left = list(known)
    keys: dict[int, str] = {}
    for alike in (_same_text, _same_side):
        for place, column in enumerate(columns):
            found = next((one for one in left if alike(one, column)), None)
            if place not in keys and found is not None:
                keys[place] = found.key
                left.remove(found)
    return tuple(replace(column, key=keys.get(n, "")) for n, column in enumerate(columns))


def _same_text(one: Column, other: Column) -> bool:
    return (one.side, one.text) == (other.side, other.text)


def _same_side(one: Column, other: Column) -> bool:
    return one.side == other.side
