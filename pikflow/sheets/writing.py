"""Writing a workbook. A text stays a text: nothing a cell holds is ever calculated."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pikflow.sheets.page import Page, cell_name
from pikflow.values import Value

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
_LONGEST_NAME = 31
_WIDEST = 48  # characters
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")  # what other programs take for the start of a formula


def write(pages: Sequence[Page]) -> bytes:
    """The workbook as XLSX; names of pages are cut and cleaned as the format needs it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, page in enumerate(pages, start=1):
        name = _FORBIDDEN.sub("_", page.name)[:_LONGEST_NAME] or f"Blatt {number}"
        _fill(book.create_sheet(name), page)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, page: Page) -> None:
    widths: dict[int, int] = {}
    for row, values in enumerate(page.rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is not None and value != "":
                _put(sheet, row, column, value)
                longest = max(map(len, str(value).split("\n")))
                widths[column] = min(max(widths.get(column, 8), longest + 3), _WIDEST)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    rows, columns = page.titles
    sheet.freeze_panes = cell_name(rows + 1, columns + 1) if rows or columns else None
    for name in page.bold:
        sheet[name].font = Font(bold=True)
        sheet[name].fill = PatternFill("solid", fgColor="FFDDE5F2")
    for choice in page.choices:
        rule = DataValidation("list", formula1=f'"{",".join(choice.words)}"', allow_blank=True)
        rule.add(choice.cells)
        sheet.add_data_validation(rule)


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, bool | date | Decimal):
        cell.value = value
        return
    cell.value = text = str(value)
    cell.data_type = "s"  # also of "=1+1", which the library would make a formula
    cell.number_format = "@"  # so that 1-2 typed beside it does not become a day
    cell.quotePrefix = text.startswith(_ACTIVE)
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
