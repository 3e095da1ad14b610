"""A table as a spreadsheet: the same table comes back, and what is wrong is named by its cell."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.grids import HEADS, MOST_ROWS, MOST_WIDTH, grid_of, sheet_of
from pikflow.engine.decisions.editing.sheet import Column, Line, Sheet
from pikflow.errors import DefinitionInvalid, Invalid
from pikflow.sheets import Page, read, write

FILES = sorted((Path(__file__).parents[4]).glob("**/*.dmn"))
SHEET = Sheet(
    "t",
    "Satz",
    "COLLECT",
    "SUM",
    (
        Column("input", "i1", "Betrag", "antrag.betrag", "number", "[0..99]"),
        Column("input", "i2", "", "art", "string"),
        Column("output", "o1", "Satz", "satz", "number", "1, 2", "0"),
        Column("annotation", "a1", text="Grund"),
    ),
    (
        Line(("< 10", '"a","b"', "1", "=1+1"), "r1", "klein"),
        Line(("-", "-", "-2", ""), "r2"),
    ),
)
FIRST = len(HEADS)  # the row of the first rule, from 0


def taken(change: dict[tuple[int, int], object], like: Sheet = SHEET) -> Sheet:
    """The sheet after cells (row and column, from 0) were changed in a spreadsheet."""
    grid = grid_of(like)
    for (row, column), value in change.items():
        while len(grid) <= row:
            grid.append([])
        grid[row] += [None] * (column + 1 - len(grid[row]))
        grid[row][column] = value  # type: ignore[call-overload]
    return sheet_of(grid, like, page="Satz")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_table_survives_a_workbook(path: Path) -> None:
    document = Document(path.read_bytes(), file=path.name)
    for key, name in document.tables():
        sheet = document.sheet(key)
        (page,) = read(write([Page(name, grid_of(sheet))]), rows=MOST_ROWS, columns=MOST_WIDTH)
        document.bring(sheet_of(page.rows, sheet, page=page.name))
    assert document.written() == path.read_bytes()


def test_a_full_table_comes_back_with_its_ids() -> None:
    assert taken({}) == SHEET


def test_typed_values_become_literals() -> None:
    sheet = taken({(FIRST, 1): Decimal("5.50"), (FIRST, 2): date(2026, 1, 2), (FIRST, 3): True})
    assert sheet.lines[0].cells[:3] == ("5.5", 'date("2026-01-02")', "true")


def test_new_and_copied_rules_are_new_and_moved_ones_stay_themselves() -> None:
    grid = grid_of(SHEET)
    first, second = grid[FIRST], grid[FIRST + 1]
    grid[FIRST:] = [second, [None] * 6, first, first, [None, "5", "-", "1"]]
    lines = sheet_of(grid, SHEET, page="a").lines
    assert [line.key for line in lines] == ["r2", "r1", "", ""]
    assert lines[3] == Line(("5", "-", "1", ""))


def test_a_new_column_leaves_the_others_their_ids() -> None:
    wider = SHEET.with_column(Column("input", text="neu"), 0)
    assert [c.key for c in sheet_of(grid_of(wider), SHEET, page="a").columns] == [
        *("", "i1", "i2", "o1", "a1"),
    ]


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({(0, 0): "Tabelle"}, "A1", "statt „Entscheidungstabelle“"),
        ({(3, 0): "etwas"}, "A4", "statt „“"),
        ({(1, 1): "BEST"}, "B2", "UNIQUE"),
        ({(2, 1): "AVG"}, "B3", "SUM"),
        ({(4, 2): "Eingang"}, "C5", "weder Eingabe noch Ausgabe"),
        ({(4, 3): "Eingabe", (4, 2): "Ausgabe"}, "D5", "nicht an ihrem Platz"),
        ({(4, 2): None}, "C5", "weder"),
        ({(7, 1): "Zahl"}, "B8", "„Zahl“ gibt es nicht"),
        ({(FIRST, 0): "eins"}, f"A{FIRST + 1}", "Nummer"),
        ({(FIRST + 1, 6): "x"}, f"G{FIRST + 2}", "keine Spalte"),
    ],
)
def test_what_is_wrong_is_named_by_its_cell(
    change: dict[tuple[int, int], object], cell: str, words: str
) -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        taken(change)
    assert (cell, True) in [
        (f.element, words in f"{f.message} {f.hint}") for f in caught.value.findings
    ]
    assert all("Blatt „Satz“, Zelle" in finding.message for finding in caught.value.findings)


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        taken({(1, 1): "BEST", (FIRST, 0): "eins", (FIRST + 1, 6): "x"})
    assert len(caught.value.findings) == 3


def test_too_many_rules_are_refused() -> None:
    grid = [*grid_of(replace(SHEET, lines=())), *([None, "1", "-", "1"] for _ in range(2001))]
    with pytest.raises(Invalid, match="2001 Zeilen"):
        sheet_of(grid, SHEET, page="a")
