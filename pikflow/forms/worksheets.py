"""The rows of a group from a worksheet, as a person would have typed them.

Whether that is right, the form says as for anything typed; here only the columns have to be known.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pikflow.errors import Invalid
from pikflow.forms.boundfield import BoundField
from pikflow.forms.types.table import MAX_ROWS
from pikflow.texts import say

_HEAD_ROWS = 20  # the heads stand in one of the first rows
_MOST_COLUMNS = 100
_PLACES = 10  # a spreadsheet counts in binary: 0.1 + 0.2 is 0.3 again
_BROKEN = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, SyntaxError,
    zipfile.BadZipFile, InvalidFileException,
)  # fmt: skip

Rows = list[dict[str, list[str]]]


def columns_of(group: BoundField) -> tuple[BoundField, ...]:
    """The columns a worksheet fills: those one types a single value into."""
    return tuple(
        column
        for column in group.columns
        if column.field.shape == "value"
        and column.widget != "file"
        and not (column.computed or column.readonly)
    )


def head_of(column: BoundField) -> str:
    """What stands above a column: its label, with the unit."""
    return f"{column.label} ({column.unit})" if column.unit else column.label


def read_rows(group: BoundField, name: str, data: bytes) -> Rows:
    """The texts to type, by row and column id, from the first sheet of an XLSX file.

    Raises Invalid("sheet-unreadable", "sheet-heads", "sheet-column", "sheet-empty", "sheet-long").
    """
    lines = _lines(name, data)
    heads = _heads(group)
    for line in lines[:_HEAD_ROWS]:
        found = [heads.get(_plain(cell)) for cell in line]
        if any(found):
            _require_known(name, line, heads, group)
            rows = _below(lines[lines.index(line) + 1 :], found)
            return _counted(name, rows)
    raise Invalid(
        "sheet-heads",
        say("In „{name}“ stehen keine bekannten Spalten.", name=name),
        say("Laden Sie die Vorlage herunter und tragen Sie die Zeilen dort ein."),
    )


def _lines(name: str, data: bytes) -> list[list[Any]]:
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        most = MAX_ROWS + _HEAD_ROWS + 1
        cells = sheet.iter_rows(max_row=most, max_col=_MOST_COLUMNS)
        return [[_value(cell) for cell in line] for line in cells]
    except _BROKEN as fault:
        raise Invalid(
            "sheet-unreadable",
            say("„{name}“ lässt sich nicht als Tabelle lesen.", name=name),
            say("Speichern Sie die Tabelle neu als XLSX-Datei."),
        ) from fault


def _value(cell: Any) -> Any:
    """A number shown as 5 % is 5 in a form."""
    percent = isinstance(cell.value, int | float) and str(cell.number_format).endswith("%")
    return cell.value * 100 if percent else cell.value


def _heads(group: BoundField) -> dict[str, BoundField | None]:
    """The columns by everything that may stand above them; None for what the form works out."""
    known: dict[str, BoundField | None] = {}
    filled = {column.field.id for column in columns_of(group)}
    for column in group.columns:
        label = column.field.label
        names = {column.field.id, label.de, label.to("en")}
        units = {column.unit, column.field.unit.de, column.field.unit.to("en")} - {""}
        wanted = column if column.field.id in filled else None
        for head in {*names, *(f"{name} ({unit})" for name in names for unit in units)}:
            known.setdefault(_plain(head), wanted)
    return known


def _plain(value: Any) -> str:
    return " ".join(str(value).split()).casefold() if value is not None else ""


def _require_known(
    name: str, line: Sequence[Any], heads: Mapping[str, object], group: BoundField
) -> None:
    """Nothing somebody wrote into a column of their own is left out in silence."""
    strange = next((cell for cell in line if cell is not None and _plain(cell) not in heads), None)
    if strange is not None:
        raise Invalid(
            "sheet-column",
            say("Die Spalte „{column}“ in „{name}“ gibt es hier nicht.",
                column=str(strange)[:60], name=name),
            say("Löschen Sie die Spalte oder benennen Sie sie um. Es gibt: {columns}.",
                columns=", ".join(column.label for column in columns_of(group))),
        )  # fmt: skip


def _below(lines: Iterable[Sequence[Any]], columns: Sequence[BoundField | None]) -> Rows:
    rows: Rows = []
    for line in lines:
        if all(cell is None or not str(cell).strip() for cell in line):
            continue
        pairs = zip(columns, line, strict=False)
        rows.append({c.field.id: list(_typed(c, cell)) for c, cell in pairs if c is not None})
    return rows


def _counted(name: str, rows: Rows) -> Rows:
    if not rows:
        raise Invalid(
            "sheet-empty",
            say("In „{name}“ steht unter den Spalten keine Zeile.", name=name),
            say("Tragen Sie die Zeilen ein und wählen Sie die Datei noch einmal."),
        )
    if len(rows) > MAX_ROWS:
        raise Invalid(
            "sheet-long",
            say("„{name}“ hat mehr als {most} Zeilen.", name=name, most=MAX_ROWS),
            say("Kürzen Sie die Tabelle."),
        )
    return rows


def _typed(column: BoundField, cell: Any) -> Iterator[str]:
    """What one would type for a cell; several texts where several may be chosen."""
    text = _text(cell)
    if column.widget not in ("choice", "multichoice"):
        yield text
        return
    for part in text.split(";") if column.widget == "multichoice" else [text]:
        wanted = _plain(part)
        options = column.state.options
        yield next(
            (o.value for o in options if wanted in (_plain(o.label.de), _plain(o.label.to("en")))),
            part.strip(),
        )


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, datetime | date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, int | float):
        number = round(Decimal(repr(cell)), _PLACES).normalize()
        return f"{number:f}".replace(".", ",")
    return str(cell).strip()
