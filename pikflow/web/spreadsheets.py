"""A list as a file: XLSX with real dates and amounts, CSV as German spreadsheets open it."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | Decimal | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute instead of show
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no XML can hold these
_NARROW, _WIDE = 12, 50  # characters of a column


def write_xlsx(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; the heads stay in view and filter."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(heads))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for number, column in enumerate(zip(heads, *rows, strict=True), start=1):
        longest = max(len(str(value or "")) for value in column)
        width = min(max(_NARROW, longest + 2), _WIDE)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Semicolons, German numbers and dates, UTF-8 with its mark: so a double click opens it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([_text(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(_FORMULA) else clean


def _cell(sheet: object, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=harmless(value) if isinstance(value, str) else value)
    if bold:
        cell.font = Font(bold=True)
    elif isinstance(value, Decimal):
        cell.number_format = '#,##0.00 "€"'
    elif isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    return cell


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    return harmless(value) if isinstance(value, str) else str(value)
