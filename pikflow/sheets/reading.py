"""Reading a workbook that strangers made: values only, never a formula."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NoReturn

from openpyxl import load_workbook

from pikflow.errors import Invalid
from pikflow.sheets.inspection import Extent, broken, inspect
from pikflow.sheets.page import Page, cell_name
from pikflow.texts import say
from pikflow.values import Value

_DIGITS = 15  # of a number, what spreadsheets show and calculate with


def read(data: bytes, *, rows: int, columns: int) -> tuple[Page, ...]:
    """The pages of a workbook, empty rows at the end left out.

    Raises Invalid, which names page and cell, for formulas, merged cells, error values, times, and
    for anything beyond `rows` and `columns`; and for files that are none, or too large.
    """
    found = inspect(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - the library raises whatever a broken part leads to
        broken()
    try:
        if not book.worksheets:
            broken()
        return tuple(_page(sheet, found, rows, columns) for sheet in book.worksheets)
    finally:
        book.close()


def _page(sheet: Any, found: Mapping[str, Extent], rows: int, columns: int) -> Page:
    extent = found.get(str(sheet._worksheet_path), Extent())
    if extent.formula:
        _refuse(
            sheet.title,
            extent.formula,
            say("Hier steht eine Formel. Formeln werden nicht gelesen."),
            say("Fügen Sie die Zellen als Werte ein (Inhalte einfügen, Werte)."),
        )
    if extent.merged:
        _refuse(
            sheet.title,
            extent.merged,
            say("Diese Zellen sind verbunden."),
            say("Heben Sie die Verbindung auf und füllen Sie jede Zelle einzeln."),
        )
    if extent.rows > rows or extent.columns > columns:
        _refuse(
            sheet.title,
            cell_name(extent.rows, extent.columns),
            say("Das Blatt geht bis hierher; gelesen werden {rows} Zeilen und {columns} Spalten.",
                rows=rows, columns=columns),
            say("Teilen Sie die Tabelle auf, oder löschen Sie, was neben ihr steht."),
        )  # fmt: skip
    try:
        cells = sheet.iter_rows(max_row=max(extent.rows, 1), max_col=max(extent.columns, 1))
        taken = [_row(sheet.title, number, row) for number, row in enumerate(cells, start=1)]
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - as above, part by part
        broken()
    while taken and not taken[-1]:
        taken.pop()
    return Page(sheet.title, tuple(taken))


def _row(page: str, number: int, cells: Sequence[Any]) -> tuple[Value, ...]:
    """The values of a row, up to the last one."""
    values = [_value(page, number, place, cell) for place, cell in enumerate(cells, start=1)]
    while values and values[-1] is None:
        values.pop()
    return tuple(values)


def _value(page: str, row: int, column: int, cell: Any) -> Value:
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if cell.data_type == "e":
        _refuse(
            page,
            cell_name(row, column),
            say("Hier steht der Fehlerwert {value}.", value=str(value)[:20]),
            say("Berichtigen Sie die Zelle in Ihrem Tabellenprogramm."),
        )
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, int | float):
        return _number(page, row, column, value)
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        _refuse_time(page, row, column)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else _refuse_time(page, row, column)


def _number(page: str, row: int, column: int, value: float) -> Decimal:
    number = Decimal(f"{value:.{_DIGITS}g}" if isinstance(value, float) else value)
    if not number.is_finite():
        _refuse(page, cell_name(row, column), say("Diese Zahl ist zu groß."), "")
    return number


def _refuse_time(page: str, row: int, column: int) -> NoReturn:
    _refuse(
        page,
        cell_name(row, column),
        say("Hier steht eine Uhrzeit; gelesen werden nur Tage."),
        say("Formatieren Sie die Zelle als Datum oder als Text."),
    )


def _refuse(page: str, cell: str, what: str, hint: str) -> NoReturn:
    where = say("Blatt „{page}“, Zelle {cell}: {what}", page=page, cell=cell, what=what)
    raise Invalid("sheet-cell", where, hint)
